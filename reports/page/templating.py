"""The environment of every HTML template: what is put into one is printable and escaped."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.text import printable


def environment(package: str) -> Environment:
    """Return an environment of a package's templates that makes all output printable and escapes it.

    An undefined name is an error.
    """
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Escape invisible characters in text, except for newlines and tabs."""
    text = isinstance(value, str) and not isinstance(value, Markup)
    return printable(str(value), keep="\n\t") if text else value
