"""Hostile files, given to every command that opens one: `python -m tests.fuzz --seconds 60 --seed 1`.

`hostile` draws edits of real runs: fields replaced by values that no run has, whole records drawn from the
schemas, and bytes that were changed, cut or doubled. `runs` has the runs and applies the edits. `commands`
holds what each command must do then: end with a code of its own, in time, in bounded memory, without an error
that is not the project's, and with nothing written beside the run.
"""
