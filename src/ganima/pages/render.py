"""From a template to a page: whatever is put into it is escaped, and style and script are put inside the one file."""

import base64
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ganima._version import __version__
from ganima.pages import words

HERE = Path(__file__).parent


def render(template: str, **context: Any) -> str:
    """A page: the template of that name in `templates/`, filled with `context`.

    Whatever is no Markup is text. Raises UndefinedError where the template wants something that is not there.
    """
    return ENVIRONMENT.get_template(template).render(context)


def section(template: str, **context: Any) -> Markup:
    """A part of a page, to be put into the template of the page."""
    return Markup(render(template, **context))


def asset(name: str) -> Markup:
    """A style sheet or script of `assets/`, as it stands."""
    return Markup((HERE / "assets" / name).read_text("utf-8"))


def script_hash(name: str) -> Markup:
    """What a Content-Security-Policy lets this one script run by."""
    digest = base64.b64encode(hashlib.sha256(asset(name).encode()).digest()).decode()
    return Markup(f"'sha256-{digest}'")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"asset": asset, "script_hash": script_hash, "version": __version__, "now": datetime.now}
    made.filters |= {name: getattr(words, name) for name in ("amount", "consequence", "number", "percent", "shown")}
    return made


ENVIRONMENT = _environment()
