"""The command line: a thin skin over the verbs, which imports what takes long only when it is used."""

import os
import shutil
import sys
from collections.abc import Sequence

from ganima._version import __version__
from ganima.cli import commands
from ganima.cli.command import execute
from ganima.errors import Cancelled, GanimaError

NARROWEST = 40
"""Columns of a terminal that help is made for at least."""


def run(words: Sequence[str]) -> int:
    """Runs the command that the words name; returns the exit status."""
    match list(words):
        case [] | ["-h" | "--help"]:
            print(commands.overview())
        case ["version" | "--version" | "-V"]:
            print(f"ganima {__version__}")
        case ["version", *_]:
            print("usage: ganima version\n\nPrint ganima's version.")
        case ["completion", *rest]:
            from ganima.cli import completion

            return completion.run(rest)
        case ["job", "run", name, *rest] if not name.startswith("-"):
            from ganima.cli import job

            job.submit(*commands.find([name, *rest]))
        case [group] | [group, "-h" | "--help"] if group in commands.GROUPS:
            print(commands.group_overview(group))
        case _:
            command, rest = commands.find(words)
            named = words[: len(words) - len(rest)]
            return execute(command, " ".join(["ganima", *named]), rest)
    return 0


def main(args: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status.

    0 done, 1 `verify` found a file without a label, 2 something for the user to mend, 130 Ctrl-C, 141 nobody reads on.
    """
    _prepare_streams()
    try:
        try:
            return run(sys.argv[1:] if args is None else args)
        finally:
            sys.stdout.flush()
    except GanimaError as error:
        _complain(" ".join(str(error).splitlines()))
        return 2
    except ImportError as error:
        _complain(f"a package that ganima needs cannot be loaded ({error}): install ganima again")
        return 2
    except (KeyboardInterrupt, Cancelled):
        _complain("stopped")
        return 130
    except BrokenPipeError:
        _give_up_output()
        return 141
    except OSError as error:
        # Whatever a command reads or writes says so itself: this is the output.
        _give_up_output()
        _complain(f"cannot write the output: {error.strerror or error}")
        return 2


def _prepare_streams() -> None:
    # Who closed a stream wants nothing of it.
    sys.stdout = sys.stdout or open(os.devnull, "w")
    sys.stderr = sys.stderr or open(os.devnull, "w")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a question mark, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if shutil.get_terminal_size().columns < NARROWEST:
        # Help in fewer columns than a word has would never end.
        os.environ["COLUMNS"] = str(NARROWEST)


def _give_up_output() -> None:
    # What is left to write goes nowhere, or Python would complain when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(words: str) -> None:
    # Of several processes on one machine, one speaks.
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print("ganima:", words, file=sys.stderr)
