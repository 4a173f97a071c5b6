"""`ganima create` and `ganima verify`: a whole character, and the label on every file of it."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from tyro.conf import Positional, arg

from ganima.cli.values import HINT_IN_TEXT, Flag, ItsModel, LabelNames, Out, Settings, Voice, as_mapping, text, whole
from ganima.errors import GanimaError

if TYPE_CHECKING:
    from ganima.character.create import Who


def create(
    out: Out,
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    seed: Annotated[int | None, whole("--seed", 0, 2**32 - 1, "S"), HINT_IN_TEXT] = None,
    start_from: Annotated[str | None, text("--from", "FILE|DIR"), arg(name="from"), HINT_IN_TEXT] = None,
    labels: LabelNames = (),
    settings: Settings = (),
    style: Annotated[Literal["portrait", "cartoon"] | None, HINT_IN_TEXT] = None,
    model: ItsModel = None,
    voice: Voice = None,
    pitch: Annotated[str | None, text("--pitch", "low|mid|high|HZ"), HINT_IN_TEXT] = None,
    age: Annotated[str | None, text("--age", "child|teen|adult|old"), HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """Create a virtual character: a page to open in the browser, its portrait, looks, a moving picture, and a voice.

    Args:
        out: Folder for the character.
        name: The character's name; given by the seed unless you choose one.
        seed: Decides who the character is, and the same one gives the same bytes; drawn unless given.
        start_from: Start from another character or a latent file instead of a seed.
        labels: A label of a conditional model, such as hair=long; may be given several times.
        settings: Move a slider of the model, such as smile=1.5; may be given several times. `ganima edit` lists them.
        style: A bundled model: portrait, or cartoon for a drawn character with a sheet of expressions.
        model: In place of a style: a name, a file, or the folder of a run; portrait, or the model of what it starts
            from, unless given.
        voice: Its voice: a file that `ganima voice design` made, or another character's folder; designed unless given.
        pitch: How high the voice is, in words or in Hz; as fits the portrait unless given.
        age: How old the voice sounds: child, teen, adult or old; as fits the portrait unless given.
        force: Replace a character that exists in the folder.
    """
    from ganima.character.create import create_character
    from ganima.character.voice import VoiceWish

    if style is not None and model is not None:
        raise GanimaError("give --style or --model, not both")
    character = create_character(
        out,
        name,
        seed,
        model or style,
        force,
        as_mapping(settings),
        start_from,
        labels,
        VoiceWish(voice, pitch, age),
        same_command,
    )
    seed_of_it = "" if character.seed is None else f", seed {character.seed}"
    print(f"{character.name}{seed_of_it}: open {out / character.page.name}")
    return 0


def same_command(who: "Who", model: str | None) -> str:
    """What makes the character again."""
    from ganima.models.library import list_models

    person = ["--from", who.source] if who.source else ["--seed", str(who.seed)]
    command = ["ganima", "create", "--out", "character", "--name", who.name, *person]
    for label in who.labels:
        command += ["--label", label]
    for slider, amount in who.settings.items():
        command += ["--set", f"{slider}={amount!r}"]
    for option, value in {"--voice": who.wish.file, "--pitch": who.wish.pitch, "--age": who.wish.age}.items():
        command += [] if value is None else [option, value.name if isinstance(value, Path) else value]
    if model not in (None, "portrait"):
        command += ["--model", model if model in list_models() else Path(model).name]
    return shlex.join(command)


def verify(files: Positional[Annotated[list[Path], arg(metavar="FILE ..."), HINT_IN_TEXT]]) -> int:
    """Say whether files carry the label that AI made them; the status is 0 when all do, 1 when one does not.

    Args:
        files: Pictures (PNG, WebP, JPEG, GIF), films (MP4), sound (WAV, FLAC, OGG, MP3), pages (HTML) or JSON files.
    """
    if not files:
        raise GanimaError("name the files to verify")

    from ganima import provenance

    status = 0
    for path in files:
        try:
            verdict = provenance.verify(path)
        except GanimaError as error:
            print(f"ganima: {error}", file=sys.stderr)
            status = 2
            continue
        said = {
            "by": verdict.tool,
            "model": verdict.model,
            "sha256": verdict.model_sha256,
            "consent": verdict.consent,
        }
        maker = "".join(f", {words} {_one_line(value)}" for words, value in said.items() if value)
        print(f"{path}: {'AI-generated' + maker if verdict.labelled else 'carries no label that AI made it'}")
        status = max(status, 0 if verdict.labelled else 1)
    return status


def _one_line(text: str) -> str:
    """What a file of unknown origin says, without what could move a terminal's cursor."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
