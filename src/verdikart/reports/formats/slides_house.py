"""The house's own template file, put together from its parts as text; colours from the palette."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Final

from verdikart.core.errors import UsageProblem
from verdikart.reports.palette import PAPER
from verdikart.reports.produce import PARTIAL, check_place

PARTS: Final = Path(__file__).parent / "house_pptx"
LAYOUTS: Final = ("title_slide", "title_and_content", "section_header", "title_only")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same input gives the same bytes
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
PRESENTATIONML: Final = "application/vnd.openxmlformats-officedocument.presentationml"
# Parts of a presentation that PowerPoint wants to find, though they may be empty.
SETTINGS: Final = {
    "presProps": '<p:presentationPr xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
    "viewProps": '<p:viewPr xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
    "tableStyles": '<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'def="{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"/>',
}
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def save(out: Path) -> Path:
    """Write the template to a file. Raises :class:`UsageProblem` where it cannot be written."""
    if out.suffix.lower() != ".pptx":
        raise UsageProblem(f"{out}: a template is written as .pptx; end the name in that")
    check_place(out)
    partial = out.with_name(f"{PARTIAL}{os.getpid()}-{out.name}")
    try:
        partial.write_bytes(template())
        partial.replace(out)
    except OSError as error:
        raise UsageProblem(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)
    return out


def template() -> bytes:
    """The template as a .pptx without slides."""
    colours = {name: value.removeprefix("#").upper() for name, value in asdict(PAPER).items()}
    masters = "../slideMasters/slideMaster1.xml"
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": _part("presentation"),
        "ppt/_rels/presentation.xml.rels": _relations(
            {
                "rId1": ("slideMaster", "slideMasters/slideMaster1.xml"),
                "rId2": ("theme", "theme/theme1.xml"),
                **{f"rId{n}": (kind, f"{kind}.xml") for n, kind in enumerate(SETTINGS, start=3)},
            }
        ),
        **{f"ppt/{kind}.xml": XML + text for kind, text in SETTINGS.items()},
        "ppt/theme/theme1.xml": Template(_part("theme")).substitute(colours),
        "ppt/slideMasters/slideMaster1.xml": _part("master"),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            {
                **{
                    f"rId{n}": ("slideLayout", f"../slideLayouts/slideLayout{n}.xml")
                    for n in range(1, len(LAYOUTS) + 1)
                },
                f"rId{len(LAYOUTS) + 1}": ("theme", "../theme/theme1.xml"),
            }
        ),
    }
    for number, name in enumerate(LAYOUTS, start=1):
        place = f"slideLayout{number}.xml"
        files[f"ppt/slideLayouts/{place}"] = _part(name)
        files[f"ppt/slideLayouts/_rels/{place}.rels"] = _relations(
            {"rId1": ("slideMaster", masters)}
        )
    return zipped({name: text.encode() for name, text in files.items()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as an archive without times of its own."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _part(name: str) -> str:
    return (PARTS / f"{name}.xml").read_text(encoding="utf-8")


def _types() -> str:
    kinds = {
        "/ppt/presentation.xml": f"{PRESENTATIONML}.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": f"{PRESENTATIONML}.slideMaster+xml",
        "/ppt/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        **{
            f"/ppt/slideLayouts/slideLayout{n}.xml": f"{PRESENTATIONML}.slideLayout+xml"
            for n in range(1, len(LAYOUTS) + 1)
        },
        **{f"/ppt/{kind}.xml": f"{PRESENTATIONML}.{kind}+xml" for kind in SETTINGS},
    }
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{p}" ContentType="{k}"/>' for p, k in kinds.items())
        + "</Types>"
    )


def _relations(held: Mapping[str, tuple[str, str]]) -> str:
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for key, (kind, target) in held.items()
        )
        + "</Relationships>"
    )
