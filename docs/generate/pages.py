"""Pages that are made when the site is built, from the program and from the files at the root of the repository."""

import posixpath
import re
import sys
import tomllib
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "src"), str(HERE)]

from commands import as_markdown  # noqa: E402

BROUGHT = {
    "CONTRIBUTING.md": "develop/contributing.md",
    "benchmarks/README.md": "develop/measured.md",
    "CHANGELOG.md": "develop/changes.md",
}
"""Files of the repository that are pages of the site too."""
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
"""What a browser would load from another place."""
LAYERS_HERE = "<!-- picture of the layers -->"
"""Where a page has the picture."""
LINK = re.compile(r"(!?\[[^\]]*\])\(([^)\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages to what the site is built from."""
    made = {"reference/commands.md": as_markdown()}
    made |= {to: brought(source, to) for source, to in BROUGHT.items()}
    for to, content in made.items():
        files.append(File.generated(config, to, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draws the layers where a page asks for them."""
    return markdown.replace(LAYERS_HERE, layers()) if LAYERS_HERE in markdown else markdown


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Raises PluginError where a page would not do without the network."""
    if found := ELSEWHERE.search(output):
        raise PluginError(f"{page.file.src_uri} loads something from elsewhere: {found[0]}")
    return output


def layers() -> str:
    """The contract of import-linter as rows of boxes, the top one first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        (contract,) = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    rows = ("".join(f"<span>{name.strip()}</span>" for name in row.split("|")) for row in contract["layers"])
    return '<div class="layers">' + "".join(f"<div>{row}</div>" for row in rows) + "</div>"


def brought(source: str, to: str) -> str:
    """The text of a file of the repository with its links as they are from the page `to`.

    What is no part of the site (a licence, a source file) is named instead of linked.
    """

    def moved(link: re.Match[str]) -> str:
        words, target = link[1], link[2]
        if re.match(r"[a-z]+:|#", target):
            return link[0]
        path, _, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        inside = BROUGHT.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else None)
        if inside is None:
            return f"`{path}`"
        return f"{words}({posixpath.relpath(inside, posixpath.dirname(to))}{'#' + anchor if anchor else ''})"

    return LINK.sub(moved, (ROOT / source).read_text("utf-8"))
