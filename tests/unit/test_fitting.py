"""Terminal tables in narrow windows."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from verdikart.cli import fitting

ROW = ["HS92:271121 Naturgass", "627 545,1", "1 183 429,9 [0,000–1,000]", "-93 590,5"]
HEADS = [("produkt", "left"), ("verdi", "right"), ("HHI", "right"), ("endring", "right")]


@pytest.mark.parametrize("width", [40, 60, 80, 150])
def test_no_number_is_cut_and_what_is_left_out_is_named(monkeypatch, width):
    console = Console(width=width, record=True, highlight=False, file=StringIO())
    monkeypatch.setattr(fitting, "console", console)
    fitting.print_rows("NOR", HEADS, [ROW], "nb", (2,))
    shown = console.export_text()
    for (heading, _side), cell in zip(HEADS[1:], ROW[1:], strict=True):
        assert cell in shown or heading in shown.partition("Utelatt")[2]
        if width == 150:
            assert cell in shown
