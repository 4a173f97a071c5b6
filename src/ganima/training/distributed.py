"""Data-parallel training: every process holds all weights, sees its own slice of the batch, and averages the gradients.

Gradients are averaged by hand after `backward`: the wrapper that torch offers for it does not differentiate twice.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn


def start() -> torch.device:
    """Joins the group that torchrun describes, if there is one, and returns this process's device."""
    if "WORLD_SIZE" in os.environ and not dist.is_initialized():
        # Numbers on the CPU, such as the clock, are agreed on as well.
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
        return device
    return torch.device("cpu")


def stop() -> None:
    """Leaves the group, together with the others unless something went wrong: nobody is cut off by who goes first."""
    if dist.is_initialized():
        if sys.exc_info()[0] is None:
            dist.barrier()
        dist.destroy_process_group()


@contextmanager
def group(threads: int | None) -> Iterator[None]:
    """A training's share of the machine: the group of processes, and so many `threads` of the processor, or else this
    process's part of all cores."""
    share = max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    torch.set_num_threads(threads or share)
    start()
    try:
        yield
    finally:
        stop()


def wanted() -> int:
    """Number of processes that this one was started among."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Number of this process, 0 in a single one."""
    return dist.get_rank() if dist.is_initialized() else 0


def world() -> int:
    """Number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def my_slice(tensor: Tensor) -> Tensor:
    """This process's share of a tensor [world × batch, ...] that every process has drawn alike."""
    return tensor.chunk(world())[rank()]


def average_gradients(network: nn.Module) -> None:
    """Replaces each gradient by its mean over the processes, in one message."""
    if world() == 1:
        return
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= world()
    for gradient, piece in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(piece.view_as(gradient))


def average(value: Tensor) -> Tensor:
    """Mean of a small tensor over the processes."""
    if world() == 1:
        return value
    value = value.detach().clone()
    dist.all_reduce(value)
    return value / world()


def gather(tensor: Tensor) -> Tensor:
    """A small tensor [batch, ...] of every process, one after the other."""
    if world() == 1:
        return tensor
    parts = [torch.empty_like(tensor) for _ in range(world())]
    dist.all_gather(parts, tensor.contiguous())
    return torch.cat(parts)


def broadcast(tensors: Iterable[Tensor]) -> None:
    """Copies the first process's values into everybody's tensors."""
    if world() > 1:
        for tensor in tensors:
            dist.broadcast(tensor, 0)
