"""`ganima sound`: short sounds."""

from typing import TYPE_CHECKING, Any

from ganima.cli.command import Command, training
from ganima.cli.words import counted
from ganima.sounds.request import MakeSounds

if TYPE_CHECKING:
    from ganima.sounds.apply import MadeSounds


def show_sounds(request: MakeSounds, made: "MadeSounds") -> None:
    """How many there are."""
    print(f"{request.out}: {counted(made.count, 'sound')}, {made.seconds:.1f} s")


def sounds_data(request: MakeSounds, made: "MadeSounds") -> dict[str, Any]:
    """The same for programs."""
    return {"out": str(request.out), "sounds": made.count, "seconds": made.seconds}


COMMANDS = (
    Command("sound make", "make_sounds", show_sounds, sounds_data),
    training("sound train", "train_sounds"),
)
