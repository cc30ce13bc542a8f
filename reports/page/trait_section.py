"""The section on traits: what a model's failures hang on."""

from reports.analyses.all_measures import Measured
from reports.analyses.traits import Said
from reports.page.section import Section, titled
from reports.tables.views import Column, counted, points, shared, worded
from reports.words.paragraphs import words
from reports.words.traits import clear_first, compared, lacking, trait_sentences

_SENTENCES = 12


def trait_section(measured: Measured) -> Section | None:
    """Return the section; `None` if no trait has its arms."""
    table = measured.traits
    if table.empty:
        return None
    told = (*words("traits"), *clear_first(trait_sentences(table), _SENTENCES), *lacking(table))
    columns = (
        worded("trait"),
        Column("compared", compared, numeric=False),
        worded("measure"),
        shared("a", "first"),
        shared("b", "second"),
        points("difference", "difference, points", "low", "high"),
        counted("instances"),
        shared("unseen_a", "first, not seen"),
        shared("unseen_b", "second, not seen"),
        worded("says"),
        worded("reason", "why no more"),
        worded("differs", "sampling differs in"),
    )
    asked = table[table["says"] != str(Said.MISSING)]
    return Section(
        "traits",
        "What failures hang on",
        told,
        (),
        (titled("Traits", asked, "trait", columns),),
        short="Traits",
    )
