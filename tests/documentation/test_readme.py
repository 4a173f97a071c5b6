"""The READMEs: both languages say the same."""

import re

import pytest
from documents import READMES, blocks


@pytest.mark.parametrize("language", ["sh", "powershell", "python"])
def test_both_languages_show_the_same_code(language: str) -> None:
    english, chinese = (blocks(page, language) for page in READMES)
    assert english == chinese
    assert english


def test_both_languages_have_the_same_sections_tables_and_links() -> None:
    english, chinese = (page.read_text(encoding="utf-8") for page in READMES)
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"!\[.*?\]"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE))
    links = r"\]\((?!README)(.*?)\)"
    assert sorted(re.findall(links, english)) == sorted(re.findall(links, chinese))


def test_they_are_front_pages() -> None:
    for page in READMES:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 160
