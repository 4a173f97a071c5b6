"""Pages come from templates, in which whatever they are given is text."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from PIL import Image

import ganima
from ganima import provenance
from ganima.balance.page import page as balance_page
from ganima.balance.result import Class, Enlarged, Help
from ganima.character.page import Facts, GalleryPicture
from ganima.character.page import page as character_page
from ganima.evaluation import application_page, robustness_page
from ganima.evaluation.application import Amount, Application, Marks
from ganima.evaluation.robustness import Change, Damage, Robustness
from ganima.pages.charts import Chart, Line, over_examples, over_steps
from ganima.pages.curves import curves
from ganima.pages.embedded import embedded
from ganima.pages.render import HERE, render
from ganima.pages.run import ShownPreview, page
from ganima.pages.words import amount, number, percent

HOSTILE = "</script><script>alert('x')</script>\"><img src=x onerror=y>"
ORIGIN = provenance.Origin("model")


class Tags(HTMLParser):
    """The elements of a page, its text, and its handlers of events."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.handlers: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def run(name: str) -> str:
    lines = [{"examples": 8.0 * i, "seconds": 1.0 * i, name: 1.0 * i} for i in range(1, 4)]
    picture = embedded(Image.new("RGB", (8, 8)), ORIGIN, name)
    trouble = {"examples": 16, "back_to": 8, "words": name, "remedy": name}
    chart = Chart(name, name, {name: name}, unit=name)
    return page(
        name, lines, [trouble], [ShownPreview(8, picture)] * 2, {name: name}, {name: name}, 1, [chart], False, name
    )


def character(name: str) -> str:
    facts = Facts(
        name=name,
        seed=None,
        source=name,
        settings={name: 1.0},
        labels=[name],
        expressions=False,
        model=name,
        model_sha256="0" * 64,
        licence=name,
        attribution=name,
        consent=name,
        tool="ganima",
        command=name,
        letter="z",
        latent=[0.5, -1.0],
        glow="aabbcc",
        size=(8, 8),
        pitch=200.0,
    )
    return character_page(facts, b"", b"", b"", [GalleryPicture(name, name, b"")])


def some_marks(name: str) -> Marks:
    return Marks(0.5, 0.1, 0.5, 0.1, {name: 0.5})


def balance(name: str) -> str:
    found = Enlarged(
        by=name,
        classes=(Class(name, 3, 4, 0.4),),
        model=name,
        model_sha256="0" * 64,
        size=(8, 8),
        unseen=False,
        seen=True,
        real=3,
        validation=1,
        test=1,
        seeds=2,
        help=Help(some_marks(name), some_marks(name), -0.1, 0.01),
        skipped=((name, name),),
    )
    return balance_page(name, found, {name: [Image.new("RGB", (8, 8))]}, ORIGIN)


def robust(name: str) -> str:
    change = Change(20.0, 0.5, 0.2, 0.0)
    damage = Damage(name, name, (name,), (change,), (change,))
    found = Robustness(name, name, 3, 1, (damage,), name)
    facts = {name: name}
    section = robustness_page.section(found)
    return render("robustness_page.html.j2", title=name, facts=facts, section=section, examples=[])


def application(name: str) -> str:
    amounts = (Amount(5, 1.0, some_marks(name), some_marks(name)),)
    found = Application((name,), 5, 1, 5, 4, 2, 0.5, True, False, some_marks(name), amounts)
    return str(application_page.section(found))


@pytest.mark.parametrize("made", [run, character, balance, robust, application])
def test_hostile_names_are_text(made: Callable[[str], str]) -> None:
    hostile, plain = Tags(made(HOSTILE)), Tags(made("a" * len(HOSTILE)))
    assert sorted(hostile.tags) == sorted(plain.tags) and hostile.handlers == []
    assert HOSTILE in hostile.text


@pytest.mark.parametrize("made", [run, character, balance, robust])
def test_pages_run_only_their_own_script_and_load_nothing(made: Callable[[str], str]) -> None:
    html = made("Ada")
    assert "default-src 'none'" in html
    scripts = re.findall(r"<script>", html)
    assert ("script-src" in html) == (len(scripts) == 1)
    assert "script-src 'unsafe-inline'" not in html
    assert "prefers-color-scheme: dark" in html and "width=device-width" in html and provenance.WORDS in html


def test_the_character_comes_first_and_hashes_last() -> None:
    text = Tags(character("Ada")).text
    words = ("Ada", "Portrait", "Looks", "Make Ada again", "For the record", "SHA-256")
    places = [text.index(word) for word in words]
    assert places == sorted(places)


def test_a_template_that_misses_something_fails() -> None:
    with pytest.raises(UndefinedError):
        render("character.html.j2")


def test_no_page_is_written_in_python() -> None:
    element = re.compile(r"</?(div|section|figure|figcaption|table|tr|td|th|p|h[1-6]|ul|li|html|body|style)[ >]|<img ")
    package = Path(ganima.__file__).parent
    for path in package.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not element.search(text), path
        assert "from html import escape" not in text and "html.escape" not in text, path


def test_every_template_and_asset_is_used() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(ganima.__file__).parent.rglob("*.py"))
    templates = {path.name: path.read_text("utf-8") for path in (HERE / "templates").iterdir()}
    for name in (*templates, *(path.name for path in (HERE / "assets").iterdir())):
        assert f'"{name}"' in sources + "".join(templates.values()), name


@pytest.mark.parametrize(
    ("last", "examples", "unit"),
    [(640, "sentences", "sentences"), (64_000, "sounds", "thousand sounds"), (9_000, "images", "kimg")],
)
def test_the_axis_counts_what_the_run_counts(last: float, examples: str, unit: str) -> None:
    seen = curves([{"examples": last * i / 4, "loss": 1.0 * i} for i in range(1, 5)])
    drawing = over_examples(Chart("Losses", "Lower.", {"loss": "loss"}), seen, [], examples)
    assert drawing is not None
    assert [tick.text.endswith(f" {unit}") for tick in drawing.steps] == [False] * (len(drawing.steps) - 1) + [True]


def test_a_single_value_is_a_point_and_no_empty_curve() -> None:
    once = curves([{"examples": 8.0, "loss": 2.0}])
    drawing = over_examples(Chart("Losses", "", {"loss": "loss"}), once, [], "images")
    assert drawing is not None and all(len(line.dots) == 1 for line in drawing.lines)
    nothing = curves([{"examples": 8.0, "loss": float("nan")}])
    assert over_examples(Chart("Losses", "", {"loss": "loss"}), nothing, [], "images") is None


def test_a_chart_over_steps_leaves_out_what_is_not_there() -> None:
    drawing = over_steps("Mean", "", ["1", "2"], [Line("a", [None, 3.0], [1.0, 9.0]), Line("b", [None, None])], 0, 4)
    assert [len(line.points) for line in drawing.lines] == [1, 0] and [e.value for e in drawing.legend] == ["3", ""]
    ((_, top, bottom),) = drawing.lines[0].whiskers
    assert drawing.top <= top < bottom <= drawing.bottom


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (amount(0), "0 images"),
        (amount(640, "sentences"), "640 sentences"),
        (amount(12_340), "12.3 kimg"),
        (amount(2_500, "sounds"), "2.5 thousand sounds"),
        (percent(0.1234), "12.3 %"),
        (percent(None), "–"),
        (number(-0.25, 1, "+"), "−0.2"),
    ],
)
def test_numbers_in_words(words: str, expected: str) -> None:
    assert words == expected
