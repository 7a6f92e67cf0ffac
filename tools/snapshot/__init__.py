"""Rebuilds the embedded data from the published packages they come in; see ``__main__``."""
