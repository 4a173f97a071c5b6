"""`ganima adapt`, `ganima blend` and `ganima stylize`: models from few pictures, and what they show."""

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, UseAppendAction, arg

from ganima.cli.terminal import Terminal
from ganima.cli.training import trained
from ganima.cli.values import HINT_IN_TEXT, Flag, ModelName, Out, Seed, path, real, text, whole
from ganima.errors import GanimaError


def adapt(
    model: Positional[ModelName],
    pictures: Positional[Annotated[Path, path("PICTURES", "PICTURES")]],
    out: Out,
    consent: Annotated[str | None, text("--consent", "TEXT"), HINT_IN_TEXT] = None,
    no_real_person: Flag = False,
    minutes: Annotated[float | None, real("--minutes", 0.01, 1_000_000, "M"), HINT_IN_TEXT] = None,
    kimg: Annotated[float | None, real("--kimg", 0.001, 1_000_000_000, "K"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    settings: Annotated[tuple[str, ...], arg(name="set", metavar="FIELD=VALUE"), UseAppendAction] = (),
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    licence: Annotated[str | None, text("--licence", "TEXT"), HINT_IN_TEXT] = None,
    attribution: Annotated[str | None, text("--attribution", "TEXT"), HINT_IN_TEXT] = None,
    checkpoint_seconds: Annotated[float, real("--checkpoint-seconds", 0, 86_400, "S")] = 60,
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None,
) -> int:
    """Make a new model from 10 to 500 pictures, or from one, out of a model; the same command again continues.

    Args:
        model: A name, a file, or the folder of a run; its latents stay valid in the new model.
        pictures: Folder with pictures, subfolders included; or a single picture, whose style is taken over.
        out: Folder of the run; the best model so far is always in model.safetensors.
        consent: Who agreed to be shown, when and for what, where the pictures show real persons; every file says it.
        no_real_person: The pictures show drawings, things, or people who do not exist.
        minutes: How long at most; 15 unless given.
        kimg: How long at most instead, in thousands of pictures seen.
        seed: Decides everything that is drawn at random.
        settings: Change a field, such as consistency=50 or train.batch=4; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of the pictures, for the model's card.
        attribution: Whom the pictures are by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
    """
    if minutes is not None and kimg is not None:
        raise GanimaError("give --minutes or --kimg, not both")
    card = {"name": name, "licence": licence, "attribution": attribution, **_agreed(consent, no_real_person)}
    said = {field: words for field, words in card.items() if words is not None}
    if not pictures.is_dir() and pictures.exists():
        if minutes is not None or kimg is not None:
            raise GanimaError("a single picture takes a fixed number of steps: leave --minutes and --kimg out")

        from ganima.style.oneshot import adapt_to_one

        made = adapt_to_one(model, pictures, out, seed=seed, settings=settings, card=said, threads=threads, say=_say)
        print(f"model: {made}")
        return 0

    from ganima.style import adapt as adaptation

    with Terminal() as terminal:
        outcome = adaptation.adapt(
            model,
            pictures,
            out,
            minutes=minutes,
            kimg=kimg,
            seed=seed,
            settings=settings,
            card=said,
            checkpoint_seconds=checkpoint_seconds,
            threads=threads,
            report=terminal,
        )
    return trained(outcome, out, "--minutes or --kimg")


def blend(
    parent: Positional[Annotated[str, text("PARENT", "PARENT")]],
    child: Positional[Annotated[str, text("CHILD", "CHILD")]],
    at: Annotated[int, whole("--at", 1, 65536, "RES")],
    out: Annotated[Path, path("--out", "FILE")],
    reverse: Flag = False,
    force: Flag = False,
) -> int:
    """Make a half-way style: the child's structure with the parent's texture, or the other way round.

    Args:
        parent: A model: a name, a file, or the folder of a run.
        child: A model that was adapted from it.
        at: Levels of fewer pixels (longer side) are the child's, the others the parent's.
        out: The new model, a .safetensors file.
        reverse: Take the levels from that size on from the child instead.
        force: Replace a file that exists.
    """
    from ganima.models.library import find_model
    from ganima.picture.model import load_model
    from ganima.style.blend import blend as join

    first, second = (load_model(find_model(name)) for name in (parent, child))
    made = join(first, second, at, out, reverse=reverse, force=force)
    print(f"model: {made}")
    return 0


def stylize(
    photo: Positional[Annotated[str, text("PHOTO", "PHOTO")]],
    model: ModelName,
    out: Annotated[Path, path("--out", "FILE")],
    parent: Annotated[str | None, text("--parent", "MODEL"), HINT_IN_TEXT] = None,
    consent: Annotated[str | None, text("--consent", "TEXT"), HINT_IN_TEXT] = None,
    no_real_person: Flag = False,
    face: Annotated[int | None, whole("--face", 1, 1000), HINT_IN_TEXT] = None,
    aligned: Flag = False,
    steps: Annotated[int, whole("--steps", 1, 100_000)] = 100,
    truncation: Annotated[float | None, real("--truncation", -2, 2, "PSI"), HINT_IN_TEXT] = None,
    beside: Flag = False,
    force: Flag = False,
) -> int:
    """Show a photo, a character or a seed in the style of an adapted model.

    Args:
        photo: A picture file; or a seed, a latent file, a character's folder or its character.json.
        model: The adapted model: a name, a file, or the folder of a run.
        out: Picture to write, .png or .webp; the latent is written beside it.
        parent: The model that it was adapted from, where it has no name; photos are inverted in it.
        consent: Who agreed to be shown, when and for what, where the photo shows a real person.
        no_real_person: The photo shows a drawing, a thing, or a person who does not exist.
        face: Which face in the photo, counted from the left, where there are several.
        aligned: The photo is framed like the model's pictures already.
        steps: Steps in which the photo's latent is found.
        truncation: For seeds, 0.7 unless given: below 1 more typical and less diverse.
        beside: Show the photo, or what the parent shows, to the left.
        force: Replace files that exist.
    """
    from ganima.style.stylize import stylize as show

    latent = show(
        photo,
        model,
        out,
        parent=parent,
        consent=consent,
        no_real_person=no_real_person,
        face=face,
        aligned=aligned,
        steps=steps,
        truncation=truncation,
        beside=beside,
        force=force,
    )
    print(f"picture: {out}, latent: {latent}")
    return 0


def _agreed(consent: str | None, no_real_person: bool) -> dict[str, str]:
    """What the card says about the persons in the pictures."""
    if consent is not None and no_real_person:
        raise GanimaError("give --consent or --no-real-person, not both")
    if consent is not None:
        return {"consent": consent}
    if no_real_person:
        return {"persons": "none that is real, as whoever made this states"}
    raise GanimaError(
        'say whom the pictures show: --consent "who agreed, when, for what" where they are of a real person, or '
        "--no-real-person for drawings, things, and people who do not exist"
    )


def _say(words: str) -> None:
    # At once, also into a file or a pipe: an adaptation takes long.
    print(words, flush=True)
