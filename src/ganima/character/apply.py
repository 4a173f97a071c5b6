"""The verb of characters: it unpacks a request, and does it."""

from collections.abc import Callable

from ganima.character.create import Character, Who, create_character
from ganima.character.request import Create
from ganima.character.voice import VoiceWish
from ganima.reporter import QUIET, Reporter


def create(
    request: Create, report: Reporter = QUIET, again: Callable[[Who, str | None], str] | None = None
) -> Character:
    """Writes the character; `again` is what makes it another time, for its page."""
    r = request
    return create_character(
        r.out,
        r.name,
        r.seed,
        r.model or r.style,
        r.force,
        r.settings,
        r.start_from,
        r.labels,
        VoiceWish(r.voice, r.pitch, r.age),
        again,
        report,
    )
