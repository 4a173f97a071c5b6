"""The frame of a page: head, title, facts and footer around the sections that it is given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from ganima._version import __version__
from ganima.pages import plot
from ganima.pages import run as report

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def frame(
    kicker: str,
    title: str,
    facts: Mapping[str, str],
    sections: Sequence[str],
    footer: str,
    *,
    tab: str = "",
    state: str = "",
    picture: str = "",
    style: str = "",
) -> str:
    """A page as HTML, for phones and screens, light and dark.

    `sections`, a `picture` beside the facts and its own `style` are HTML and CSS, all else is text: `state` stands
    beside the title, `tab` in place of it in the browser's tab.
    """
    mark = f' <span class="state">{escape(state)}</span>' if state else ""
    top = "top" if picture else "top facts-only"
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(words)}</dd></div>" for name, words in facts.items())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(tab or title)}</title>
<link rel="icon" href="data:,">
<style>{report.STYLE}{plot.STYLE}{style}</style>
</head>
<body>
<header>
<p class="kicker">ganima · {escape(kicker)}</p>
<h1>{escape(title)}{mark}</h1>
</header>
<main>
<div class="{top}">{picture}<dl class="facts">{rows}</dl></div>
{"".join(sections)}
</main>
<footer>{escape(footer)} Written by ganima {__version__} on {datetime.now():%Y-%m-%d at %H:%M}.</footer>
</body>
</html>
"""
