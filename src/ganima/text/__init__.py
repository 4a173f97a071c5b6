"""From written text to the symbols that are spoken."""
