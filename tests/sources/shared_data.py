"""Larger real files beside the checkout; tests that read them are left out, with a word, where they are not."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
