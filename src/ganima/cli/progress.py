"""A bar on the standard error while a command works."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar while the standard error is a terminal, told of what is done and of all there is to do."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def bars() -> Iterator[tuple[Callable[[str, int, int], None], Callable[[], None]]]:
    """A bar for each thing that is done, one after the other, and what takes the last one away."""
    with ExitStack() as stack:
        known: dict[str, Callable[[int, int], None]] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in known:
                stack.close()
                known[what] = stack.enter_context(progress(what))
            known[what](done, total)

        yield tell, stack.close


def say(words: str) -> None:
    """A line at once, also into a file or a pipe: a training takes long."""
    print(words, flush=True)
