"""`ganima picture`: models of pictures at work, and how one is trained."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganima.cli.command import Command, training
from ganima.latent.request import Invert
from ganima.picture.request import SamplePictures
from ganima.style.request import Stylize

if TYPE_CHECKING:
    from ganima.latent.invert import Inversion


def show_samples(request: SamplePictures, paths: list[Path]) -> None:
    """Where the pictures are."""
    print(f"pictures in {request.out}: {request.count:,}" + (" and grid.png" if request.grid else ""))


def show_inversion(request: Invert, made: "Inversion") -> None:
    """How near it came, and where it is."""
    from ganima.latent import invert

    print(f"photo     {made.framing}")
    for stage in made.stages:
        print(f"{stage.name:8}  PSNR {stage.psnr:5.2f} dB  SSIM {stage.ssim:.3f}  {stage.seconds:5.1f} s")
    print(f"edits     {', '.join(made.edits)}")
    print(f"open {request.out / invert.COMPARISON}; the latent is {request.out / invert.LATENT}")
    if request.tune:
        use = shlex.quote(str(request.out))
        print(f"the tuned model is {request.out / invert.TUNED}: use both with --model {use}")


def inversion_data(request: Invert, made: "Inversion") -> dict[str, Any]:
    """The same for programs."""
    return {
        "framing": made.framing,
        "stages": [
            {"name": stage.name, "psnr": stage.psnr, "ssim": stage.ssim, "seconds": stage.seconds}
            for stage in made.stages
        ],
        "edits": list(made.edits),
    }


def show_stylized(request: Stylize, latent: Path) -> None:
    """Where the picture is."""
    print(f"picture: {request.out}, latent: {latent}")


COMMANDS = (
    training("picture train", "train", top=True),
    Command("picture sample", "sample", show_samples, top=True),
    Command("picture invert", "invert", show_inversion, inversion_data),
    Command("picture stylize", "stylize", show_stylized),
)
