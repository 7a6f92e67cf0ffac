"""Norwegian text files: their encodings and the ways numbers are written in them.

Statistics Norway, the Norwegian Environment Agency and spreadsheets on Norwegian machines write
``1 234,5`` with a common, thin, narrow or hard space, and save as Windows-1252 or ISO-8859-1.
"""

from __future__ import annotations

import re
from pathlib import Path

from verdikart.core.errors import Problem, Problems

SPACES = " \u00a0\u2007\u2009\u202f"  # common, hard, figure, thin, narrow hard
MINUS = str.maketrans("\u2212\u2013", "--")
_NUMBER = re.compile(r"[-+]?(\d+([.,]\d+)?|[.,]\d+)([eE][-+]?\d+)?")
# What UTF-8 looks like when a program has read it as Windows-1252 and saved that.
_TWICE = re.compile(r"Ã[¦¸¥†˜…]|â€[“™¯]")


def number(text: str) -> float | None:
    """A number as written; None for an empty cell. Raises ValueError for anything else.

    The last of comma and point is the decimal mark where both are there; a comma alone is a decimal
    comma; a point alone is a decimal point, as Statistics Norway writes it, unless there are
    several. Digits between spaces must stand in threes, so that two columns are not read as one.
    """
    bare = text.strip().strip(SPACES).translate(MINUS)
    if not bare:
        return None
    if any(space in bare for space in SPACES):
        groups = re.split(f"[{SPACES}]", bare)
        if (
            not re.fullmatch(r"[-+]?\d{1,3}", groups[0])
            or not all(re.fullmatch(r"\d{3}", group) for group in groups[1:-1])
            or not re.fullmatch(r"\d{3}([.,]\d+)?", groups[-1])
        ):
            raise ValueError(text)
        bare = "".join(groups)
    decimal = max(".,", key=bare.rfind)
    other = "," if decimal == "." else "."
    if bare.count(decimal) > 1 and other not in bare:
        other, decimal = decimal, other
    if other in bare:
        whole = bare.partition(decimal)[0]
        if not re.fullmatch(rf"[-+]?\d{{1,3}}(\{other}\d{{3}})+", whole):
            raise ValueError(text)
        bare = bare.replace(other, "")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(text)
    return float(bare.replace(",", "."))


def text_of(path: Path, name: str, remedy: str) -> tuple[str, str]:
    """The text of a file and the encoding it was in: UTF-8, UTF-16 with a mark, or Windows-1252.

    ISO-8859-1 is read as Windows-1252, which has the same letters. Raises Problems where the text
    was saved twice in different encodings (``Ã¸`` for ``ø``) or is no text.
    """
    raw = path.read_bytes()
    marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "windows-1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            last = error
            continue
        if "\x00" in text:
            raise Problems([Problem(name, "is no text file", remedy=remedy)])
        if found := _TWICE.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise Problems(
                [Problem(name, "the letters æ, ø and å were lost when it was saved as another encoding",
                         row=line, value=found[0], remedy=remedy)]
            )  # fmt: skip
        return text, encoding.removesuffix("-sig")
    raise Problems(
        [Problem(name, f"the text is neither UTF-8 nor Windows-1252 (byte {raw[last.start]:#04x})",
                 remedy=remedy)]
    )  # fmt: skip
