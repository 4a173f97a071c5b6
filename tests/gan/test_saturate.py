"""Pictures cut off at black and white: what is beyond stays there until it is wanted back."""

import torch

from ganima.gan.saturate import saturated


def test_values_are_cut_off_and_gradients_only_lead_back() -> None:
    x = torch.tensor([-2.0, -2.0, 0.5, 0.5, 2.0, 2.0], requires_grad=True)
    y = saturated(x)
    assert y.tolist() == [-1, -1, 0.5, 0.5, 1, 1]
    y.backward(torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]))
    assert x.grad is not None and x.grad.tolist() == [0, -1, 1, -1, 1, 0]
