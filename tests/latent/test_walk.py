"""Walks: smooth curves through latents, closed or open, as WebP, GIF and MP4."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from reporters import Remembering
from untrained import generator, in_memory, saved

from ganima import provenance
from ganima.cli.main import main
from ganima.errors import Cancelled, GanimaError
from ganima.latent import latents
from ganima.latent import walk as walking
from ganima.latent.latents import of_seed
from ganima.latent.walk import Spline, WalkFrames, walk
from ganima.picture.model import Model

needs_av = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="the extra video is not installed")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that has a name, and small pictures of it."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(walking, "SIDE", 48)
    (tmp_path / "models").mkdir()
    return saved(tmp_path / "models" / "tiny.safetensors")


def places(count: int) -> torch.Tensor:
    torch.manual_seed(0)
    # At unequal distances.
    return torch.randn(count, 4, 8) * torch.linspace(0.2, 3, count)[:, None, None]


def jump(spline: Spline, share: float, order: int) -> float:
    """How much the derivative of that order differs from one side of `share` to the other, as a share of its size."""
    step = 1e-4

    def derivative(start: float, sign: int) -> torch.Tensor:
        shares = (start + sign * step * torch.arange(order + 1).double()) % 1.0
        values = spline.at(shares).double()
        return values.diff(n=order, dim=0)[0] * (sign * 1.0) ** order / step**order

    left, right = derivative(share - step / 100, -1), derivative(share + step / 100, 1)
    typical = torch.stack([derivative(other, 1).norm() for other in (0.123, 0.456, 0.789)]).mean()
    return float((left - right).norm() / typical)


@pytest.mark.parametrize("loop", [True, False])
@pytest.mark.parametrize("count", [2, 3, 6])
def test_the_curve_passes_through_every_place(count: int, loop: bool) -> None:
    points = places(count).double()
    spline = Spline(points, loop)
    shares = spline.knots / spline.knots[-1]
    expected = torch.cat([points, points[:1]]) if loop else points
    assert torch.allclose(spline.at(shares), expected, atol=1e-9)


@pytest.mark.parametrize("count", [2, 3, 6])
def test_a_loop_closes_without_a_jump_in_place_speed_or_bend(count: int) -> None:
    spline = Spline(places(count).double(), loop=True)
    assert torch.allclose(spline.at(torch.zeros(1)), spline.at(torch.ones(1)), atol=1e-9)
    for knot in spline.knots[:-1] / spline.knots[-1]:
        assert jump(spline, float(knot), 1) < 0.02 and jump(spline, float(knot), 2) < 0.05


def test_an_open_curve_is_smooth_inside_too() -> None:
    spline = Spline(places(5).double(), loop=False)
    for knot in spline.knots[1:-1] / spline.knots[-1]:
        assert jump(spline, float(knot), 1) < 0.02 and jump(spline, float(knot), 2) < 0.05


def test_the_curve_does_not_swing_out_beside_two_near_places() -> None:
    points = torch.tensor([[0.0], [0.1], [5.0], [5.2]]).double()
    way = Spline(points, loop=False).at(torch.linspace(0, 1, 400))
    assert way.min() > -0.2 and way.max() < 5.4


def test_two_places_give_a_straight_line() -> None:
    points = places(2).double()
    way = Spline(points, loop=False).at(torch.linspace(0, 1, 9))
    assert torch.allclose(way, points[0] + torch.linspace(0, 1, 9).double()[:, None, None] * (points[1] - points[0]))


def test_the_frames_begin_at_the_first_place_and_a_loop_ends_just_before_it() -> None:
    model = in_memory(generator())
    points = torch.stack([of_seed(model, seed, 0.7).ws for seed in (7, 8, 9)])
    frames = WalkFrames(model, points, 24, loop=True, side=24)
    images = [np.asarray(image, float) for image in frames]
    assert len(images) == len(frames) == 24
    own = model.generator.synthesis(points[:1]).clamp(-1, 1)[0].permute(1, 2, 0).numpy()
    assert np.abs(images[0] - (own + 1) * 127.5).max() <= 1
    steps = [np.abs(a - b).mean() for a, b in zip(images, images[1:] + images[:1], strict=True)]
    assert 0 < steps[-1] <= 1.5 * max(steps[:-1])
    opened = [np.asarray(image, float) for image in WalkFrames(model, points, 24, loop=False, side=24)]
    last = model.generator.synthesis(points[2:]).clamp(-1, 1)[0].permute(1, 2, 0).numpy()
    assert np.array_equal(opened[0], images[0]) and np.abs(opened[-1] - (last + 1) * 127.5).max() <= 1


@pytest.mark.parametrize("suffix", [".webp", ".gif", pytest.param(".mp4", marks=needs_av)])
def test_a_cancelled_walk_leaves_nothing(tmp_path: Path, model: Model, suffix: str) -> None:
    with pytest.raises(Cancelled):
        walk(["7", "9"], tmp_path / "new" / f"walk{suffix}", seconds=1, fps=12, report=Remembering(until=3))
    assert not [path for path in (tmp_path / "new").glob("**/*") if path.is_file()]


@pytest.mark.parametrize("suffix", [".webp", ".gif", pytest.param(".mp4", marks=needs_av)])
def test_a_walk_is_a_labelled_animation_of_the_length_that_was_asked_for(
    tmp_path: Path, model: Model, suffix: str
) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 3), model, consent="Ann agreed")
    out, report = tmp_path / "new" / f"walk{suffix}", Remembering()
    count = walk(
        ["7", str(tmp_path / "a.json"), "9"],
        out,
        loop=True,
        seconds=0.5,
        fps=24,
        report=report,
    )
    assert count == 12 and report.told == [("drawing", done, 12) for done in range(1, 13)]
    verdict = provenance.verify(out)
    assert verdict.labelled and (verdict.model, verdict.consent) == ("tiny", "Ann agreed")
    if suffix != ".mp4":
        with Image.open(out) as image:
            assert image.n_frames == 12  # type: ignore[attr-defined]


def test_the_command_line_writes_it(tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "7",
        "8",
        "--loop",
        "--seconds",
        "0.3",
        "--fps",
        "10",
        "--model",
        "tiny",
        "--out",
        str(tmp_path / "w.webp"),
    ]
    assert main(["character", "walk", *words]) == 0
    assert capsys.readouterr().out == f"3 frames in {tmp_path / 'w.webp'}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "two places or more"),
        (["7"], "two places or more"),
        (["7", "7"], "differ"),
        (["7", "mira"], "no character"),
    ],
)
@pytest.mark.parametrize("loop", [True, False])
def test_a_walk_to_nowhere_is_refused(tmp_path: Path, model: Model, words: list[str], message: str, loop: bool) -> None:
    with pytest.raises(GanimaError, match=message):
        walk(words, tmp_path / "out" / "walk.webp", model="tiny", loop=loop)
    assert not (tmp_path / "out").exists()


def test_a_place_that_is_said_twice_in_a_row_counts_once(tmp_path: Path, model: Model) -> None:
    for name, words in (("a.webp", ["7", "8", "9"]), ("b.webp", ["7", "7", "8", "9", "9", "7"])):
        walk(words, tmp_path / name, model="tiny", loop=True, seconds=0.2)
    assert (tmp_path / "a.webp").read_bytes() == (tmp_path / "b.webp").read_bytes()


def test_what_exists_is_left_alone_unless_forced(tmp_path: Path, model: Model) -> None:
    (tmp_path / "walk.webp").write_text("mine")
    with pytest.raises(GanimaError, match="`force`"):
        walk(["7", "8"], tmp_path / "walk.webp", model="tiny", seconds=0.1)
    assert (tmp_path / "walk.webp").read_text() == "mine"
    walk(["7", "8"], tmp_path / "walk.webp", model="tiny", seconds=0.1, force=True)
    assert provenance.verify(tmp_path / "walk.webp").labelled


@pytest.mark.parametrize(("name", "fps"), [("walk.png", 25), ("walk.mov", 25), ("walk.gif", 60)])
def test_an_animation_that_cannot_be_is_refused_before_anything_is_drawn(
    tmp_path: Path, model: Model, name: str, fps: float
) -> None:
    with pytest.raises(GanimaError, match=r"\.webp"):
        walk(["7", "8"], tmp_path / name, model="tiny", fps=fps)
