"""ganima: virtual characters from generative adversarial networks that it trains itself.

    import ganima

    ganima.create("out/ada", name="Ada", seed=7)               # a whole character
    ganima.train("pictures", "runs/mine", minutes=60)          # a model of one's own
    ganima.sample("runs/mine", "out/samples", count=64)        # pictures of it, as files
    for image in ganima.draw("portrait", 8):                   # or as PIL images
        image.show()

Every command is here as a function: its options are the arguments, and `report` is told how it goes. torch is imported
by the first call, not by `import ganima`. What the functions take and give is written down in `__init__.pyi`.
"""

from importlib import import_module as _import_module
from typing import Any as _Any

from ganima import verbs as _verbs
from ganima._version import __version__

_HOMES = {
    "Cancelled": "ganima.errors:Cancelled",
    "GanimaError": "ganima.errors:GanimaError",
    "QUIET": "ganima.reporter:QUIET",
    "Reporter": "ganima.reporter:Reporter",
    "draw": "ganima.picture.sample:sample",
    "load": "ganima.loading:load",
}
"""What else is here, and where it is at home."""

__all__ = ["__version__", *_HOMES, *_verbs.NAMES]


def __getattr__(name: str) -> _Any:
    if name in _HOMES:
        module, its_name = _HOMES[name].split(":")
        return getattr(_import_module(module), its_name)
    if name in _verbs.NAMES:
        return _verbs.function(name)
    raise AttributeError(f"module 'ganima' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
