"""Natural Earth country outlines at 1:50 million, as TopoJSON from world-atlas."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tools.snapshot.download import WORLD_ATLAS, Packages, Say, SnapshotError
from tools.snapshot.manifest import Built, Source

MEMBER = "package/countries-50m.json"
FILE = "countries-50m.json"
SHAPES = 241

SOURCE = Source(
    source_id="world_atlas",
    licence="ISC AND LicenseRef-Natural-Earth-public-domain",
    licence_text="Natural Earth is in the public domain; the npm package world-atlas is ISC",
    licence_evidence="LICENSE in the package (ISC); its README names Natural Earth as the source",
    attribution="Made with Natural Earth; world-atlas by Mike Bostock.",
    vintage="world-atlas 2.0.2 (Natural Earth 4.1)",
    caveats={
        "en": (
            "Borders follow Natural Earth's view of who controls what; they express no opinion "
            "on status. Ids are ISO 3166-1 numeric as text (578 is Norway), not BACI's numbers; "
            "Kosovo, Northern Cyprus, Somaliland and a few others have no id. Svalbard belongs "
            "to Norway's shape; French overseas departments to France's."
        ),
        "nb": (
            "Grensene følger Natural Earths framstilling av hvem som faktisk kontrollerer hva, "
            "og er ikke et standpunkt om status. Id er ISO 3166-1 numerisk som tekst (578 er "
            "Norge), ikke BACIs numre; Kosovo, Nord-Kypros, Somaliland og noen få andre har "
            "ingen id. Svalbard hører til Norges figur; franske oversjøiske departementer til "
            "Frankrikes."
        ),
    },
)


def build(packages: Packages, folder: Path, say: Say) -> list[Built]:
    """Copy the outlines unchanged; return the manifest entry."""
    say("world_atlas: copying outlines")
    content = packages.read(WORLD_ATLAS, MEMBER)
    topology = json.loads(content)
    shapes = topology["objects"]["countries"]["geometries"]
    if topology["type"] != "Topology" or len(shapes) != SHAPES:
        raise SnapshotError(f"world-atlas: {len(shapes)} shapes, expected {SHAPES}")
    (folder / FILE).write_bytes(content)
    return [
        Built(
            file=FILE,
            source=SOURCE,
            title={"en": "Country outlines 1:50 million", "nb": "Landomriss 1:50 millioner"},
            origin=packages.origin(WORLD_ATLAS, MEMBER, hashlib.sha256(content).hexdigest()),
            rows=None,
            coverage={
                "shapes": SHAPES,
                "shapes_without_id": sum("id" not in shape for shape in shapes),
            },
            cleaning=["None: the file is byte for byte the package's."],
        )
    ]
