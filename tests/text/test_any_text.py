"""No text whatever stops a reader: one odd line must not end a book."""

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ganima.errors import GanimaError
from ganima.text.front_end import sentences

PIECES = (
    "0", "1", "2.5", "0.8", ".5", "6.02", "10", "23", "1,000", "1984", "007", "12:30", "3/4", "1st", "5M", "50p", "2k",
    "x", "×", "^", "-", "+", "=", "%", "$", "£", "€", "°C", "m", "m²", "km/h", "e", "E", "/", ":", ".", ",", "(", ")",
    "a.m.", "No.", "Dr.", "St", "BC", "II", "XIV", "http://a.b/c", "@me", "#1", "&", "…", "–", "—", "'", '"', "№",
    "the", "sheet", "is", "metres", "长", "公主", "三", "％", "第", "十", "年", "月", "2024年", "👍", "é", "ß", "\n",
)  # fmt: skip
"""What written language is composed of, and what is read by a rule."""


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(("", " ")))
def test_figures_signs_and_words_in_any_order(pieces: list[str], between: str) -> None:
    list(sentences(between.join(pieces)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
@example("\ud800")
@example("٣ x ٤.٥")
@example("²x³")
def test_any_characters(text: str) -> None:
    # Letters of other scripts are refused in a line for the user.
    with suppress(GanimaError):
        list(sentences(text))
