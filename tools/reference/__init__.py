"""Keeps derived columns of the reference tables up to date."""
