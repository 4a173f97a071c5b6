"""What ends a verb early, in words for the person who asked for it."""


class GanimaError(Exception):
    """Something that the user can mend, in one line that says what is wrong and what to do.

    Fields of the request stand in backticks, as in "give `minutes` or `kimg`, not both": the command line shows them as
    its options, a page as the names in its form. `field` is the one that is to be mended, where it is one.
    """

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class Cancelled(Exception):
    """Whoever asked does not want it any more; nothing is left half-written, and a training is saved."""
