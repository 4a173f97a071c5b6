"""Style mixing: some layers of one latent, the others of another (Karras et al. 2019, arXiv 1812.04948, section 3.1).

The first layers of a generator decide pose and shape, the last ones colours and light.
"""

from collections.abc import Sequence
from pathlib import Path

from ganima.errors import GanimaError
from ganima.latent.latents import Latent, model_of, read_all
from ganima.latent.look import check_look, short, write_look
from ganima.picture.render import one_thread
from ganima.picture.truncation import Towards


def mix_latents(a: Latent, b: Latent, layers: Sequence[int], amount: float = 1.0) -> Latent:
    """`a` with the w of `b` in `layers`, counted from 0; `amount` in [0, 1] goes a part of the way.

    Raises GanimaError for a layer that is not there.
    """
    count = len(a.ws)
    for layer in layers:
        if not 0 <= layer < count:
            which = f"0 to {count - 1}" if count > 1 else "0 alone"
            raise GanimaError(f"there is no layer {layer}: this model has the layers {which}")
    ws, chosen = a.ws.clone(), list(layers)
    ws[chosen] = a.ws[chosen].lerp(b.ws[chosen], amount)
    return Latent(ws, a.label)


def mix(
    a: str,
    b: str,
    layers: Sequence[int],
    out: Path,
    *,
    amount: float = 1.0,
    model: str | None = None,
    truncation: float | None = None,
    towards: Towards = "mean",
    force: bool = False,
) -> Path:
    """Writes `a` with the `layers` of `b` to `out`, and the latent beside it; both are words as in `latents.read`.

    `truncation` is as in `edit`. Returns the path of the latent file. Raises GanimaError for words and layers that are
    not there, and for an `out` that is in the way or cannot be written.
    """
    check_look(out, force)
    loaded = model_of([a, b], model)
    with one_thread():
        first, second = read_all([a, b], loaded, truncation, towards)
        mixed = mix_latents(first, second, layers, amount)
    said = {"of": [short(a), short(b)], "layers": list(layers), "amount": amount}
    return write_look(out, mixed, loaded, [a, b], mix=said)
