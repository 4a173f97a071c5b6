"""`ganima model evaluate`: folders and models judged, the page, the cache, and what a user can get wrong."""

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from known_pictures import Bytes, blobs
from markupsafe import Markup
from PIL import Image
from reporters import Remembering
from safetensors import SafetensorError
from small_models import model_file
from untrained import generator, in_memory, saved

from ganima.cli.main import main
from ganima.data.folder import load_folder
from ganima.data.labels import Labels
from ganima.errors import Cancelled, GanimaError
from ganima.evaluation.generated import Generated
from ganima.evaluation.model import judge
from ganima.evaluation.real import look_at
from ganima.evaluation.report import write_report
from ganima.files import cache
from ganima.metrics.extractors import random_v1
from ganima.metrics.statistics import to_arrays
from ganima.picture.model import Model, load_model
from ganima.picture.presets import tiny
from ganima.picture.sample import sample
from ganima.provenance import verify

SIZE = (16, 16, 3)
HELD_OUT = 12


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_file(tmp_path_factory.mktemp("models") / "small.safetensors", training={"mirror": True})


def write_folder(folder: Path, pictures: Bytes) -> Path:
    folder.mkdir(parents=True)
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{number:03d}.png")
    return folder


@pytest.fixture
def real(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "real", blobs(40, 0, (16, 16)))


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "fresh", blobs(HELD_OUT, 1, (16, 16)))


def ganima(*words: object) -> int:
    try:
        return main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code or 0)


class Page(HTMLParser):
    """What a page shows, and what it would load from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pictures: list[str] = []
        self.elsewhere: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("src", "href", "srcset") and value is not None:
                (self.pictures if value.startswith("data:image") else self.elsewhere).append(value)


def test_a_model_is_judged_and_the_page_needs_nothing_else(
    model: Path, real: Path, held_out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "report.html"
    assert ganima("model", "evaluate", model, real, "--held-out", held_out, "--count", 60, "--out", out) == 0
    said = capsys.readouterr().out
    assert "Kernel distance" in said and str(out) in said
    page = Page(out.read_text("utf-8"))
    assert len(page.pictures) >= 12
    assert set(page.elsewhere) <= {"data:,"}
    assert verify(out).labelled
    data = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert data["ai_generated"] and data["model"] == "small"
    keys = {"kid", "frechet", "precision", "recall", "density", "coverage", "nearest", "path length"}
    assert {f"{key}[random-v1]" for key in keys} | {"swd", "ms-ssim", "duplicates"} <= set(data["scores"])
    assert len(data["closest pairs"]) == 10
    assert (real / data["closest pairs"][0]["training"]).is_file()
    assert data["numbers"]["n"] == HELD_OUT
    assert sorted(path.name for path in out.parent.iterdir()) == ["report.html", "report.json"]


def test_pictures_are_those_of_the_same_seed_of_sample(tmp_path: Path) -> None:
    made = Generated(in_memory(generator()), 19, 7, 0.6)
    sampled = np.stack([np.asarray(image) for image in sample(made.model, 19, 7, 0.6)])
    assert np.array_equal(np.concatenate(list(made.batches())), sampled)
    assert np.array_equal(made.pictures([3, 18]), sampled[[3, 18]])


def test_a_scored_model_gets_the_same_scores_again(model: Path, real: Path) -> None:
    first, second = (judge(load_model(model), real, count=50).measured for _ in range(2))
    assert first.numbers == second.numbers
    assert judge(load_model(model), real, count=50, seed=1).measured.numbers != first.numbers


@pytest.mark.parametrize("until", [1, 3])
def test_a_judgement_can_be_cancelled(model: Path, real: Path, until: int) -> None:
    with pytest.raises(Cancelled):
        judge(load_model(model), real, count=200, report=Remembering(until))


def test_without_held_out_pictures_the_report_says_what_the_model_may_have_seen(model: Path, real: Path) -> None:
    found = judge(load_model(model), real, count=50)
    assert "may have been trained on" in found.notes[0]
    assert found.facts["Training pictures"].startswith("30 ")
    seen = Real(real).fingerprint(False)
    knows = model_file(real.parent / "knows.safetensors", data={"fingerprint": seen})
    assert "was trained on all of these" in judge(load_model(knows), real, count=50).notes[0]


def Real(folder: Path):  # type: ignore[no-untyped-def]
    return look_at(folder, SIZE, random_v1(), False)


def test_held_out_pictures_that_are_training_pictures_are_told_of(model: Path, real: Path) -> None:
    assert "40 of the 40 held-out pictures" in judge(load_model(model), real, real, count=50).notes[0]


def test_a_page_to_publish_shows_no_real_picture(model: Path, real: Path, held_out: Path, tmp_path: Path) -> None:
    words = ["model", "evaluate", model, real, "--held-out", held_out, "--count", 60, "--out"]
    assert ganima(*words, tmp_path / "all.html") == 0
    assert ganima(*words, tmp_path / "public.html", "--no-real-pictures") == 0
    everything, public = ((tmp_path / name).read_text("utf-8") for name in ("all.html", "public.html"))
    assert "Real and generated" in everything and "Real and generated" not in public
    assert len(Page(public).pictures) == len(Page(everything).pictures) - 1
    # Of a pair, one picture in place of two.
    sizes = [re.findall(r'width="(\d+)" height="(\d+)" alt="No', text)[0] for text in (everything, public)]
    assert sizes[0][1] == sizes[1][1] and int(sizes[0][0]) > 2 * int(sizes[1][0])


def test_pictures_of_another_size_are_fitted_and_that_is_said(model: Path, tmp_path: Path, held_out: Path) -> None:
    large = write_folder(tmp_path / "large", blobs(20, 3, (40, 24)))
    (large / "broken.png").write_bytes(b"no picture")
    notes = judge(load_model(model), large, held_out, count=50).notes
    assert any("scaled to 16×16" in note for note in notes)
    assert any("1 files are not used (broken.png" in note for note in notes)


def test_own_features_come_from_the_discriminator_or_a_network_trained_here(
    model: Path, real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganima.evaluation.own.STEPS", 2)
    found = judge(load_model(model), real, extractor="own", count=50)
    assert {score.key for score in found.measured.scores} >= {"kid[own:small]", "nearest[own:small]"}
    without = model_file(tmp_path / "bare.safetensors", discriminator=False)
    assert "kid[own:contrastive]" in judge(load_model(without), real, extractor="own", count=50).measured.numbers


@pytest.mark.parametrize("channels", [1, 4])
def test_grey_and_transparent_models_are_judged_too(channels: int, real: Path, tmp_path: Path) -> None:
    path = model_file(tmp_path / "m.safetensors", replace(tiny(16, 16, channels, 0), batch=4))
    found = judge(load_model(path), real, extractor="own", count=50)
    write_report(found, tmp_path / "report.html")
    assert found.generated.shape == (50, 16, 16, channels)


# --- Labels.


def conditional(path: Path, labels: Labels) -> Model:
    return saved(path, generator(height=16, width=16, classes=len(labels.classes)), **labels.to_card())


def labelled(folder: Path, lines: list[str]) -> Path:
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_classes_are_shown_and_their_diversity_is_measured(real: Path, tmp_path: Path) -> None:
    model = conditional(tmp_path / "kinds.safetensors", Labels(("dull", "rare", "vivid")))
    lines = [f"{i:03d}.png,{'dull' if i < 25 else 'vivid'}" for i in range(40)]
    found = judge(model, labelled(real, ["file,label", *lines]), count=60)
    assert [some.name for some in found.classes] == ["dull", "vivid", "rare"]
    assert found.classes[0].diversity > 0
    assert found.classes[2].diversity is None
    assert found.classes[0].pictures.shape == (8, 16, 16, 3)
    write_report(found, tmp_path / "report.html")
    assert "vivid" in (tmp_path / "report.html").read_text("utf-8")


def test_generated_pictures_have_the_labels_of_the_real_ones(tmp_path: Path) -> None:
    model = conditional(tmp_path / "kinds.safetensors", Labels(("a", "b")))
    made = Generated(model, 40, 0, 1.0, np.array([0, 0, 0, 1]))
    assert made.labels is not None
    assert made.labels.bincount().tolist() == [30, 10]
    assert Generated(model, 40, 0, 1.0).labels is not None


def test_groups_of_labels(real: Path, tmp_path: Path) -> None:
    labels = Labels(("hair=dark", "hair=fair", "mood=glad", "mood=sad"), ("hair", "mood"), ((0, 2), (1, 3), (0, 3)))
    model = conditional(tmp_path / "people.safetensors", labels)
    lines = [f"{i:03d}.png,{'dark' if i % 2 else 'fair'},{'glad' if i % 3 else ''}" for i in range(40)]
    found = judge(model, labelled(real, ["file,hair,mood", *lines]), count=60)
    counts = {some.name: some.real for some in found.classes}
    assert sum(counts[name] for name in ("hair=dark", "hair=fair")) == 30
    assert counts["mood=sad"] == 0


def test_a_conditional_model_has_seen_the_labelled_pictures(real: Path, tmp_path: Path) -> None:
    lines = [f"{i:03d}.png,{'dull' if i % 2 else 'vivid'}" for i in range(30)]
    seen = load_folder(labelled(real, ["file,label", *lines]), 16, 16, 3, conditional=True).fingerprint
    path = tmp_path / "knows.safetensors"
    knows = saved(path, generator(3, 16, 16, 2), classes=["dull", "vivid"], data={"fingerprint": seen})
    assert "was trained on all of these" in judge(knows, real, count=50).notes[0]


def test_labels_of_held_out_pictures_alone_are_none_to_generate(real: Path, tmp_path: Path) -> None:
    model = conditional(tmp_path / "kinds.safetensors", Labels(("dull", "vivid")))
    notes = judge(model, labelled(real, ["file,label", "000.png,dull"]), count=50).notes
    assert any("no labels that the model knows" in note for note in notes)


def test_labels_that_the_model_does_not_know_are_named(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conditional(tmp_path / "kinds.safetensors", Labels(("dull", "vivid")))
    labelled(real, ["file,label", "000.png,dull", "001.png,gaudy"])
    out = tmp_path / "report.html"
    assert ganima("model", "evaluate", tmp_path / "kinds.safetensors", real, "--out", out) == 2
    error = capsys.readouterr().err
    assert "gaudy" in error and "vivid" in error and error.count("\n") == 1
    assert not out.exists()


def test_subfolders_with_names_of_their_own_are_no_labels(tmp_path: Path) -> None:
    model = conditional(tmp_path / "kinds.safetensors", Labels(("dull", "vivid")))
    for number, name in enumerate(("monday", "tuesday")):
        write_folder(tmp_path / "days" / name, blobs(20, number, (16, 16)))
    notes = judge(model, tmp_path / "days", count=50).notes
    assert any("no labels that the model knows" in note for note in notes)


# --- The cache.


def test_what_is_known_of_a_folder_is_kept_by_its_contents(
    real: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Path] = []
    original = cache.kept

    def kept(kind, name, make):  # type: ignore[no-untyped-def]
        return original(kind, name, lambda: (decoded.append(real), make())[1])

    monkeypatch.setattr("ganima.evaluation.real.kept", kept)
    first = Real(real)
    (file,) = (own_cache / "ganima" / "statistics").iterdir()
    again = Real(real)
    assert len(decoded) == 1
    assert all(np.array_equal(a, to_arrays(again.statistics)[n]) for n, a in to_arrays(first.statistics).items())
    assert (again.fit, again.files, again.digests) == (first.fit, first.files, first.digests)
    # Another size, another picture or another extractor is another key.
    look_at(real, (8, 8, 3), random_v1(), False)
    Image.fromarray(blobs(1, 9, (16, 16))[0]).save(real / "000.png")
    changed = Real(real)
    assert len(decoded) == 3
    assert not np.array_equal(changed.statistics.features[0], first.statistics.features[0])
    assert np.array_equal(changed.statistics.features[1], first.statistics.features[1])
    assert file.exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_file_in_the_cache_is_made_anew(real: Path, own_cache: Path, damage: str) -> None:
    first = Real(real)
    (file,) = (own_cache / "ganima" / "statistics").iterdir()
    content = bytearray(file.read_bytes())
    content[-1000] ^= 255
    file.write_bytes({"cut": content[:-50], "flipped": content, "empty": b"", "text": b"hello"}[damage])
    assert np.array_equal(Real(real).statistics.features, first.statistics.features)
    assert np.array_equal(Real(real).statistics.alike, first.statistics.alike)


def test_a_cache_that_cannot_be_written_is_no_trouble(
    real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(Real(real)) == 40


def test_a_full_disk_costs_nothing_but_the_cache(real: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise SafetensorError("No space left on device")

    monkeypatch.setattr(cache, "save_file", full)
    assert len(Real(real)) == 40
    assert not list(own_cache.rglob("*.safetensors"))


def test_the_cache_stays_small(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "BYTES_MAX", 3000)
    for number in range(4):
        cache.kept("statistics", f"{number}", lambda: ({"a": np.zeros(300, np.float32)}, None))
        os.utime(own_cache / "ganima" / "statistics" / f"{number}.safetensors", (number, number))
    assert sorted(path.stem for path in (own_cache / "ganima" / "statistics").iterdir()) == ["2", "3"]


# --- What a user can get wrong.


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line that the command says when it refuses."""
    assert ganima("model", "evaluate", *words) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganima: ") and error.count("\n") == 1, error
    return error


def test_bad_input_gets_one_line(model: Path, real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", tmp_path / "report.html"]
    (tmp_path / "empty").mkdir()
    one = write_folder(tmp_path / "one", blobs(1, 0, (16, 16)))
    few = write_folder(tmp_path / "few", blobs(15, 0, (16, 16)))
    (tmp_path / "note.txt").write_text("hello")
    assert "no pictures" in refused(capsys, model, tmp_path / "empty", *out)
    assert "1 usable" in refused(capsys, model, one, *out)
    assert "--held-out" in refused(capsys, model, few, *out)
    assert "no pictures" in refused(capsys, model, real, "--held-out", tmp_path / "empty", *out)
    assert "missing" in refused(capsys, model, tmp_path / "nowhere", *out)
    assert "no extractor" in refused(capsys, model, real, "--extractor", tmp_path / "note.txt", *out)
    assert "cannot read the extractor" in refused(capsys, model, real, "--extractor", "nothing", *out)
    assert "--count is a whole number from 50" in refused(capsys, model, real, "--count", 20, *out)
    assert ".html" in refused(capsys, model, real, "--out", tmp_path / "report.txt")
    assert "no folder" in refused(capsys, model, real, "--out", tmp_path / "note.txt" / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_must_not_be_opened_or_written(
    model: Path, real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if os.geteuid() == 0:
        pytest.skip("the administrator may open everything")
    real.chmod(0)
    try:
        assert "permissions" in refused(capsys, model, real, "--out", tmp_path / "report.html")
    finally:
        real.chmod(0o700)
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "cannot write" in refused(capsys, model, real, "--out", tmp_path / "closed" / "report.html")


def test_nothing_is_replaced_without_force_and_nothing_is_lost(
    model: Path, real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    out.with_suffix(".json").write_text("mine")
    assert "report.json exists already" in refused(capsys, model, real, "--out", out)
    assert ganima("model", "evaluate", model, real, "--count", 50, "--out", out, "--force") == 0
    before = out.read_bytes(), out.with_suffix(".json").read_bytes()
    capsys.readouterr()
    assert "exists already" in refused(capsys, model, real, "--out", out)

    def full(*arguments: object) -> None:
        raise GanimaError("cannot write: the disk is full")

    monkeypatch.setattr("ganima.provenance.save_json", full)
    assert "full" in refused(capsys, model, real, "--count", 60, "--out", out, "--force")
    assert (out.read_bytes(), out.with_suffix(".json").read_bytes()) == before
    assert not list(tmp_path.glob(".*"))


def test_the_smallest_model_there_is(real: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    found = judge(saved(tmp_path / "dot.safetensors", generator(3, 8, 8)), real, count=50)
    assert "no multi-scale similarity" in " ".join(found.notes)
    assert "ms-ssim" not in {score.key for score in found.measured.scores}
    write_report(found, tmp_path / "report.html", [Markup("<section>more</section>")], {"more": 1})
    assert "<section>more</section>" in (tmp_path / "report.html").read_text("utf-8")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["more"] == 1
