"""Tensors that never change and are computed once."""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec

import torch
from torch import Tensor

P = ParamSpec("P")


def constant(make: Callable[P, Tensor]) -> Callable[P, Tensor]:
    """Keeps what `make` returns for its arguments.

    Who asks first may be in inference mode, and what is made there cannot be learned through later.
    """

    @cache
    @wraps(make)
    def kept(*args: P.args, **kwargs: P.kwargs) -> Tensor:
        with torch.inference_mode(False):
            return make(*args, **kwargs)

    return kept  # type: ignore[return-value]
