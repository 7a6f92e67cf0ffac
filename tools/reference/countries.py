"""Writes the country names of Unicode CLDR (by Babel) into ``countries.csv``.

Run ``python -m tools.reference.countries`` after an update of Babel and commit the difference.
Historic aggregates and unspecified areas have no CLDR entry and keep the names they have.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from babel import Locale

TABLE = Path(__file__).parents[2] / "src/verdikart/reference/tables/countries.csv"


def renamed(text: str) -> str:
    """Return the table ``text`` with the present CLDR names in English and bokmål."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    territories = {lang: Locale(lang).territories for lang in ("en", "nb")}
    for row in rows:
        for lang, names in territories.items():
            if row["iso2"]:
                row[f"name_{lang}"] = names[row["iso2"]]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> int:
    """Rewrite the table in place; print whether anything changed."""
    before = TABLE.read_text(encoding="utf-8")
    after = renamed(before)
    TABLE.write_text(after, encoding="utf-8", newline="\n")
    print("unchanged" if before == after else "changed: look at the difference and commit it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
