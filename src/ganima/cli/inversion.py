"""`ganima invert` and `ganima encoder`: photos into a model's latent space."""

import shlex
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganima.cli.progress import progress
from ganima.cli.terminal import Terminal
from ganima.cli.training import trained
from ganima.cli.values import HINT_IN_TEXT, Flag, ModelName, Out, OutFile, Seed, path, real, text, whole
from ganima.errors import GanimaError


def invert(
    model: Positional[ModelName],
    photo: Positional[Annotated[Path, path("PHOTO", "PHOTO")]],
    out: Out,
    consent: Annotated[str | None, text("--consent", "TEXT"), HINT_IN_TEXT] = None,
    no_real_person: Flag = False,
    steps: Annotated[int, whole("--steps", 0, 100_000)] = 300,
    space: Annotated[Literal["w", "w+"] | None, HINT_IN_TEXT] = None,
    tune: Flag = False,
    face: Annotated[int | None, whole("--face", 1, 1000), HINT_IN_TEXT] = None,
    aligned: Flag = False,
    seed: Seed = 0,
    force: Flag = False,
) -> int:
    """Put a photo into a model's latent space: the nearest picture that the model can make, and three edits of it.

    Faces are aligned as the model's training pictures were; finding them takes the extra "faces". The latent
    (latent.json) is taken by every command that takes a character.

    Args:
        model: A name, a file, or the folder of a run.
        photo: A picture file.
        out: Folder for the latent and the pictures.
        consent: Who agreed to be shown, when and for what, where the photo is of a real person; every file says it.
        no_real_person: The photo shows a drawing, a thing, or nobody who exists.
        steps: Steps of refinement; 0 leaves what the encoder finds at once.
        space: One w for each layer (w+: nearer to the photo), or one for all (w: edits work better); w+ unless given,
            and w with --tune, which comes near the photo anyway.
        tune: Adapt the model to the photo too, and write it beside the latent.
        face: Which face, counted from the left, where there are several.
        aligned: The picture is framed like the model's already: no face is looked for.
        seed: Decides what --tune draws at random.
        force: Replace an inversion that exists in the folder.
    """
    from ganima.latent import invert as inverting
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    with progress("inverting") as bar:
        made = inverting.invert(
            load_model(find_model(model)),
            photo,
            out,
            steps=steps,
            space=space,
            tuned=tune,
            consent=consent,
            no_real_person=no_real_person,
            face=face,
            aligned=aligned,
            seed=seed,
            force=force,
            progress=bar,
        )
    print(f"photo     {made.framing}")
    for stage in made.stages:
        print(f"{stage.name:8}  PSNR {stage.psnr:5.2f} dB  SSIM {stage.ssim:.3f}  {stage.seconds:5.1f} s")
    print(f"edits     {', '.join(made.edits)}")
    print(f"open {out / inverting.COMPARISON}; the latent is {out / inverting.LATENT}")
    if tune:
        print(f"the tuned model is {out / inverting.TUNED}: use both with --model {shlex.quote(str(out))}")
    return 0


def encoder(
    model: Positional[ModelName],
    folder: Positional[Annotated[Path | None, path("FOLDER", "FOLDER"), HINT_IN_TEXT]] = None,
    *,
    out: OutFile,
    minutes: Annotated[float, real("--minutes", 0.01, 1_000_000, "M")] = 25.0,
    seed: Seed = 0,
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """Train an encoder, which gives `ganima invert` its first guess; the same command again continues.

    Args:
        model: A name, a file, or the folder of a run.
        folder: The pictures that the model was trained on, if you have them: with them, photos are inverted better.
        out: The encoder. Named MODEL.encoder.safetensors beside the model's file, it is found by itself.
        minutes: How long to train.
        seed: Decides everything that is drawn at random.
        threads: Threads of the processor; all cores unless given.
        force: Replace a file that exists.
    """
    from ganima.latent.train_encoder import train_encoder
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    if out.exists() and not force:
        raise GanimaError(f"{out} exists already: choose another --out, or replace it with --force")
    loaded = load_model(find_model(model))
    with Terminal() as terminal:
        outcome = train_encoder(
            loaded, out, folder=folder, minutes=minutes, seed=seed, threads=threads, report=terminal
        )
    return trained(outcome, out.parent, "--minutes", "encoder")
