"""The error that a user can cause and mend."""


class GanimaError(Exception):
    """Something that the user can mend; the message is one line that says what is wrong and what to do."""
