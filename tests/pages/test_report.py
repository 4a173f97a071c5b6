"""The page that shows a run."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganima import provenance
from ganima.files import typed_json
from ganima.pages.charts import axis, labels
from ganima.pages.curves import curves
from ganima.pages.run import write_report
from ganima.pages.words import duration
from ganima.picture.charts import CHARTS
from ganima.picture.presets import PRESETS

ORIGIN = provenance.Origin("portrait")
CONFIG = typed_json.dump(PRESETS["tiny"](16, 16, 3, 0))


class Page(HTMLParser):
    """A page whose elements must close in order; collects what the tests look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag not in ("meta", "link", "img", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data


def line(images: int, planned: int = 10_000) -> dict[str, float]:
    """A line of metrics as a training writes it."""
    wave = np.sin(images / 700)
    return {
        "examples": images,
        "steps": images // 16,
        "seconds": images / 60,
        "progress": images / planned,
        "loss_d": 0.5 + 0.1 * wave,
        "loss_g": 2.0 - wave,
        "real_logit": wave,
        "fake_logit": -wave,
        "sign": 0.5,
        "penalty": 0.1,
        "penalty_share": 0.2,
        "strength": images / planned / 10,
        "lr_generator": 7e-4,
        "lr_discriminator": 7e-4,
        "examples_per_second": 60.0,
    }


def make(
    out: Path, count: int = 10, previews: int = 3, preset: str = "cpu64", running: bool = False, side: int = 64
) -> str:
    """Writes a run's files and its report; returns the page."""
    (out / "previews").mkdir(parents=True)
    step = 10_000 // count
    (out / "metrics.jsonl").write_text("".join(json.dumps(line(step * (i + 1))) + "\n" for i in range(count)))
    rng = np.random.default_rng(0)
    for i in range(previews):
        noise = Image.fromarray(rng.integers(0, 256, (side, 2 * side, 3), dtype=np.uint8))
        provenance.save_picture(noise, out / "previews" / f"{1000 * (i + 1):09d}.png", ORIGIN)
    config = typed_json.dump(PRESETS[preset](64, 48, 3, 0))
    write_report(
        out, config, {"Data": "<b>cats & dogs</b>", "Resolution": "48×64 RGB"}, ORIGIN, 1.0, CHARTS, running=running
    )
    return (out / "report.html").read_text(encoding="utf-8")


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    html = make(tmp_path / "cats & <dogs>")
    page = Page(html)
    assert page.addresses and all(address.startswith(("data:image/", "data:,")) for address in page.addresses)
    without_label = re.sub("base64,[A-Za-z0-9+/=]+", "", html.replace(provenance.SOURCE_TYPE, ""))
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", without_label)
    assert "<h1>cats &amp; &lt;dogs&gt;" in html and "&lt;b&gt;cats &amp; dogs&lt;/b&gt;" in html
    assert "AI-generated" in page.text and provenance.verify(tmp_path / "cats & <dogs>" / "report.html").labelled
    assert "prefers-color-scheme: dark" in html


def test_facts_curves_previews_and_configuration_are_on_it(tmp_path: Path) -> None:
    page = Page(make(tmp_path / "run"))
    for words in ("10.0 kimg", "2 min 47 s", "60 images a second", "48×64 RGB", "finished"):
        assert words in page.text
    for words in ("Losses", "Logits", "Sign", "Penalty share", "Augmentation strength", "Learning rates", "Speed"):
        assert words in page.text
    smooth = [a for tag, a in page.attributes if tag == "polyline" and (a["class"] or "").startswith("smooth")]
    assert len(smooth) == 10 and all((a["points"] or "").count(",") == 10 for a in smooth)
    # The newest one is shown twice, large and in the strip.
    assert [a["alt"] for tag, a in page.attributes if tag == "img"] == [
        f"AI-generated pictures after {kimg} kimg" for kimg in ("3.0", "1.0", "2.0", "3.0")
    ]
    assert "penalties." in page.text and "0.0007 → 0.00015" in page.text and "128, 128" in page.text


def test_only_what_means_something_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert "Cross-entropy" not in make(out)
    taken = line(1000) | {"real_loss": 0.6, "fake_loss": 0.7, "strength": 0.0, "penalty_share": 0.0}
    (out / "metrics.jsonl").write_text(json.dumps(taken) + "\n")
    write_report(out, CONFIG, {}, ORIGIN, 1.0, CHARTS)
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "Augmentation strength" not in html and "Penalty share" not in html
    assert "Losses" in html and "Cross-entropy" in html


def test_a_run_that_has_hardly_begun(tmp_path: Path) -> None:
    write_report(tmp_path / "new", CONFIG, {}, ORIGIN, 0.0, CHARTS, running=True)
    page = Page((tmp_path / "new" / "report.html").read_text(encoding="utf-8"))
    assert "training, 0%" in page.text and "Losses" not in page.text


def test_only_a_running_page_loads_itself_anew(tmp_path: Path) -> None:
    assert 'http-equiv="refresh"' in make(tmp_path / "running", running=True)
    assert 'http-equiv="refresh"' not in make(tmp_path / "done")


def test_a_run_that_was_stopped_says_where(tmp_path: Path) -> None:
    write_report(tmp_path / "run", CONFIG, {}, ORIGIN, 0.42, CHARTS)
    assert "stopped at 42%" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    make(tmp_path / "run")
    metrics = tmp_path / "run" / "metrics.jsonl"
    metrics.write_text(metrics.read_text() + '{"examples": 11000, "st')
    write_report(tmp_path / "run", CONFIG, {}, ORIGIN, 1.0, CHARTS)
    assert ">10.0 kimg<" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_a_long_run_with_large_previews_stays_light(tmp_path: Path) -> None:
    html = make(tmp_path / "long", count=2000, previews=13, side=220)
    assert len(html) < 5_000_000
    page = Page(html)
    assert all((a["points"] or "").count(",") <= 500 for tag, a in page.attributes if tag == "polyline")
    shown = [re.search(r"[\d.]+", a["alt"] or "") for tag, a in page.attributes if tag == "img"]
    kimg = [float(match[0]) for match in shown if match][1:]
    assert len(kimg) == 12 and kimg[0] == 1.0 and kimg[-1] == 13.0 and kimg == sorted(set(kimg))


def test_many_troubles_are_listed_shortly(tmp_path: Path) -> None:
    make(tmp_path / "run")
    troubles = [
        {"examples": 1000 * i, "back_to": None if i > 4 else 500 * i, "words": f"trouble {i}", "remedy": "rest helps"}
        for i in range(1, 11)
    ]
    (tmp_path / "run" / "troubles.jsonl").write_text("".join(json.dumps(t) + "\n" for t in troubles))
    write_report(tmp_path / "run", CONFIG, {}, ORIGIN, 1.0, CHARTS)
    page = Page((tmp_path / "run" / "report.html").read_text(encoding="utf-8"))
    assert "… and 2 before" in page.text and "trouble 2." not in page.text and "10.0 kimg: trouble 10." in page.text
    assert "The run went back to 1.5 kimg" in page.text and "goes on as it is" in page.text


def test_curves_are_means_and_keep_the_end() -> None:
    drawn = curves([{"examples": i, "value": float(i)} for i in range(1, 20_001)])
    assert len(drawn.seen) == 500 and drawn.seen[-1] == 20_000
    assert drawn.raw["value"][0] == np.mean(range(1, 41)) and drawn.raw["value"][-1] == np.mean(range(19_961, 20_001))
    rng = np.random.default_rng(0)
    noisy = curves([{"examples": i, "value": rng.normal()} for i in range(1, 501)])
    assert np.std(noisy.smooth["value"]) < 0.4 * np.std(noisy.raw["value"])


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        (-2.1, 3.0, ["−4", "−2", "0", "2", "4"]),
        (0.0, 1480.0, ["0", "500", "1,000", "1,500"]),
        (3.0, 3.0, None),
        (0.0, 0.0, None),
    ],
)
def test_axes_have_round_numbers(low: float, high: float, texts: list[str] | None) -> None:
    marks = axis(low, high)
    assert marks[0] <= low <= high <= marks[-1] and 3 <= len(marks) <= 8
    assert len(set(labels(marks))) == len(marks)
    assert texts is None or labels(marks) == texts


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.7, "1 min"), (843, "14 min 3 s"), (7500, "2 h 5 min"), (273_600, "3 d 4 h")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
