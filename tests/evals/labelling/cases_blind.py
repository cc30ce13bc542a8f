"""Answers labelled by a reader of the design who had not seen the classifier.

Unlike `cases.py`, which grew with the rules, these were written first. Of the first round the rules then gave
76 % the reader's label (layouts of lists that could not be read, and words not known, were the rest); they
were mended and met a second round, of other words for the same and of their neighbours: 86 %. Four rounds of
single sentences, most of them hard by intent: 67, 80, 69 and 74 %. What was missed was nearly always a stop
in words not known, taken for a silent one. The rules have since been mended for all of them, so that these
are tests and no longer a measure.
"""

from tests.evals.labelling.blind_cut import CUTS
from tests.evals.labelling.blind_declined import REFUSALS
from tests.evals.labelling.blind_lists import Case
from tests.evals.labelling.blind_sentences import SENTENCES
from tests.evals.labelling.blind_solved import SOLVED
from tests.evals.labelling.blind_stopped import STOPPED
from tests.evals.labelling.blind_variants import VARIANTS
from tests.evals.labelling.blind_wrong import ATTEMPTS

CASES: tuple[Case, ...] = (*SOLVED, *REFUSALS, *STOPPED, *ATTEMPTS, *CUTS, *VARIANTS, *SENTENCES)
