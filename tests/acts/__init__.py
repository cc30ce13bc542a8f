"""The sentences that `evals.labelling.acts` learnt from, and how it is trained and measured.

`python -m tests.acts` writes the weights, `python -m tests.acts --report` writes docs/acts.md, and
`python -m tests.acts --check` tells whether training again would give the same.
"""
