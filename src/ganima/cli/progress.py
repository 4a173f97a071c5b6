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


@contextmanager
def spoken(total: int | None) -> Iterator[Callable[[str, float], None]]:
    """A bar while a text is spoken, told of each sentence and of the seconds of sound that there are by then.

    `total` is the length of the text in bytes; None where that is not known.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("speaking"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        sentences = 0

        def tell(sentence: str, seconds: float) -> None:
            nonlocal sentences
            sentences += 1
            what = f"{counted(sentences, 'sentence')}, {seconds:,.0f} s of sound"
            # Spaces between sentences belong to none; one each is about right.
            bar.update(task, advance=len(sentence.encode("utf-8", "replace")) + 1, description=what)

        yield tell


def say(words: str) -> None:
    """A line at once, also into a file or a pipe: a training takes long."""
    print(words, flush=True)


def counted(number: int, name: str) -> str:
    """So many of what has a name: one sentence, 1,200 sentences."""
    return f"one {name}" if number == 1 else f"{number:,} {name}s"
