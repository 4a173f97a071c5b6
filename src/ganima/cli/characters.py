"""`ganima create` and `ganima verify`: a whole character, and the label on every file of it."""

import sys
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from ganima.cli.values import HINT_IN_TEXT, Flag, ItsModel, Out, Settings, as_mapping, text, whole
from ganima.errors import GanimaError


def create(
    out: Out,
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    seed: Annotated[int | None, whole("--seed", 0, 2**32 - 1, "S"), HINT_IN_TEXT] = None,
    start_from: Annotated[str | None, text("--from", "FILE|DIR"), arg(name="from"), HINT_IN_TEXT] = None,
    settings: Settings = (),
    model: ItsModel = None,
    force: Flag = False,
) -> int:
    """Create a virtual character: a page to open in the browser, its portrait, looks, and a moving picture.

    Args:
        out: Folder for the character.
        name: The character's name; given by the seed unless you choose one.
        seed: Decides who the character is, and the same one gives the same bytes; drawn unless given.
        start_from: Start from another character or a latent file instead of a seed.
        settings: Move a slider of the model, such as smile=1.5; may be given several times. `ganima edit` lists them.
        model: A name, a file, or the folder of a run; portrait, or the model of what it starts from, unless given.
        force: Replace a character that exists in the folder.
    """
    from ganima.character.create import create_character

    character = create_character(out, name, seed, model, force, as_mapping(settings), start_from)
    seed_of_it = "" if character.seed is None else f", seed {character.seed}"
    print(f"{character.name}{seed_of_it}: open {out / character.page.name}")
    return 0


def verify(files: Positional[Annotated[list[Path], arg(metavar="FILE ..."), HINT_IN_TEXT]]) -> int:
    """Say whether files carry the label that AI made them; the status is 0 when all do, 1 when one does not.

    Args:
        files: Pictures (PNG, WebP, JPEG, GIF), films (MP4), pages (HTML) or JSON files.
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
            "consent": " ".join(verdict.consent.split()),
        }
        maker = "".join(f", {words} {value}" for words, value in said.items() if value)
        print(f"{path}: {'AI-generated' + maker if verdict.labelled else 'carries no label that AI made it'}")
        status = max(status, 0 if verdict.labelled else 1)
    return status
