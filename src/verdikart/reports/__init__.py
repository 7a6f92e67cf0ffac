"""Results people can use, drawn from a mapping: the self-contained page."""
