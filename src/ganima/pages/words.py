"""Numbers and times in words, for pages and for the terminal."""


def duration(seconds: float) -> str:
    """A time in words: 48 s, 14 min 3 s, 2 h 5 min, 3 d 4 h."""
    total = round(seconds)
    for size, unit, smaller, subunit in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if total >= size:
            rest = total % size // smaller
            return f"{total // size} {unit}" + (f" {rest} {subunit}" if rest else "")
    return f"{total} s"


def thousand(examples: str) -> str:
    """The unit for thousands of `examples` (a plural, such as images): kimg, thousand sentences."""
    return "kimg" if examples == "images" else f"thousand {examples}"


def amount(count: float, examples: str = "images") -> str:
    """So many examples: 640 images, 12.3 kimg, 1.2 thousand sentences."""
    if count < 1000:
        return f"{count:.0f} {examples}"
    return f"{count / 1000:,.1f} {thousand(examples)}"


def consequence(back_to: float | None, examples: str = "images") -> str:
    """What a run did about a trouble."""
    if back_to is None:
        return "the run has gone back often enough and goes on as it is"
    return f"the run went back to {amount(back_to, examples)} and goes on with halved learning rates"


def shown(value: float) -> str:
    """A measured number with three significant digits, or all of those before the point."""
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")


def number(value: float | None, decimals: int, sign: str = "") -> str:
    """A number with so many decimals, with its `sign` (+) where that is wanted; a dash for none."""
    return "–" if value is None else f"{value:{sign},.{decimals}f}".replace("-", "−")


def percent(share: float | None) -> str:
    """A share in [0, 1] as 12.3 %; a dash for none."""
    return "–" if share is None else f"{number(100 * share, 1)} %"
