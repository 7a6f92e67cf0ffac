"""``dcat.jsonld``: the package described by DCAT-AP-NO 2, with everything it names inside the file.

https://data.norge.no/specification/dcat-ap-no – addresses of files are relative to the description,
so that they are right wherever the package is put.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from verdikart.reference import homes
from verdikart.reference.entities import Source
from verdikart.reference.i18n import LANGS, Lang
from verdikart.reference.load import by_key
from verdikart.reports import words
from verdikart.reports.document.model import Document
from verdikart.reports.formats.package_schema import MEDIA, File

Row = dict[str, Any]
EU: Final = "http://publications.europa.eu/resource/authority"
CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ACCESS: Final = {"public": "PUBLIC", "group": "RESTRICTED", "internal": "NON_PUBLIC"}
LANGUAGE: Final = {"nb": ("NOB", "bokmål", "Norwegian Bokmål"), "en": ("ENG", "engelsk", "English")}
THEMES: Final = (("ECON", "Økonomi og finans", "Economy and finance"),)
FORMAT: Final = {"csv": "CSV", "csv-nb": "CSV", "parquet": "PARQUET", "json-stat": "JSON"}
STANDARDS: Final = {
    "csv": ("https://specs.frictionlessdata.io/table-schema/", "Frictionless Table Schema"),
    "csv-nb": ("https://specs.frictionlessdata.io/table-schema/", "Frictionless Table Schema"),
    "json-stat": ("https://json-stat.org/full/", "JSON-stat 2.0"),
}
PACKAGE: Final = ("https://specs.frictionlessdata.io/data-package/", "Frictionless Data Package")


def description(
    document: Document,
    name: str,
    titles: dict[Lang, str],
    told: dict[Lang, str],
    keywords: dict[Lang, list[str]],
    files: Sequence[File],
) -> Row:
    """The description. ``titles``, ``told`` and ``keywords`` are by language."""
    about = document.about
    own = f"urn:verdikart:package:{name}"
    dataset: Row = {
        "@id": own,
        "@type": "dcat:Dataset",
        "dct:title": _both(titles),
        "dct:description": _both(told),
        "dct:identifier": own,
        "dct:publisher": _agent("verdikart contributors"),
        "dcat:theme": [_concept("data-theme", *theme) for theme in THEMES],
        "dcat:keyword": [
            {"@value": word, "@language": lang} for lang in LANGS for word in keywords[lang]
        ],
        "dct:accessRights": _listed("access-right", ACCESS[about.audience], "dct:RightsStatement"),
        "dct:language": _language(about.lang),
        "dct:spatial": [
            _listed("country", iso3, "dct:Location")
            for iso3 in homes.home(about.home).members(about.year)
        ],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed("date", f"{about.year}-01-01"),
            "dcat:endDate": _typed("date", f"{about.year}-12-31"),
        },
        "dct:conformsTo": _standard(*PACKAGE),
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": [
                {
                    "@value": f"verdikart {about.version}, mapping {about.mapping}",
                    "@language": "en",
                },
                {
                    "@value": f"verdikart {about.version}, kartlegging {about.mapping}",
                    "@language": "nb",
                },
            ],
        },
        "owl:versionInfo": about.version,
        "dct:source": [_source(line.source_id) for line in document.sources],
        "dcat:distribution": [_distribution(document, file) for file in files],
    }
    return {"@context": CONTEXT, "@graph": [dataset]}


def _distribution(document: Document, file: File) -> Row:
    lang = document.about.lang
    made: Row = {
        "@id": file.path,
        "@type": "dcat:Distribution",
        "dct:title": {"@value": file.title, "@language": lang},
        "dcat:accessURL": {"@id": file.path},
        "dcat:downloadURL": {"@id": file.path},
        "dct:format": _listed("file-type", FORMAT[file.kind], "dct:MediaTypeOrExtent"),
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{MEDIA[file.kind][1]}",
            "@type": "dct:MediaType",
        },
        "dct:license": _listed("licence", "CC_BY_4_0", "dct:LicenseDocument"),
        "dct:language": _language(lang),
        "dcat:byteSize": _typed("decimal", str(len(file.data))),
        # SHA-1 is the one algorithm that version 2 of the profile takes; datapackage.json has SHA-256.
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha1"},
            "spdx:checksumValue": _typed(
                "hexBinary", hashlib.sha1(file.data, usedforsecurity=False).hexdigest()
            ),
        },
    }
    if file.kind in STANDARDS:
        made["dct:conformsTo"] = _standard(*STANDARDS[file.kind])
    return made


def _source(source_id: str) -> Row:
    """A source as a dataset of its publisher, with what the profile asks of every dataset."""
    source = by_key(Source)[source_id]
    titles: dict[Lang, str] = {"nb": source.title_nb, "en": source.title_en}
    covers = {"nb": source.coverage_nb, "en": source.coverage_en}
    return {
        "@id": f"urn:verdikart:source:{source_id}",
        "@type": "dcat:Dataset",
        "dct:title": _both(titles),
        "dct:description": _both({lang: covers[lang] or titles[lang] for lang in LANGS}),
        "dct:identifier": source_id,
        "dct:publisher": _agent(source.provider),
        "dcat:theme": [_concept("data-theme", *theme) for theme in THEMES],
        "dcat:landingPage": {"@id": source.address, "@type": "foaf:Document"},
        "dct:bibliographicCitation": source.citation,
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "rdfs:label": source.licence,
            "rdfs:seeAlso": {"@id": source.licence_url},
        },
    }


def _both(texts: dict[Lang, str]) -> list[Row]:
    return [{"@value": texts[lang], "@language": lang} for lang in LANGS]


def _typed(kind: str, value: str) -> Row:
    return {"@value": value, "@type": f"xsd:{kind}"}


def _agent(name: str) -> Row:
    told = {lang: words.provider(name, lang) for lang in LANGS}
    return {
        "@id": f"urn:verdikart:agent:{'-'.join(name.lower().replace(',', '').split())}",
        "@type": "foaf:Agent",
        "foaf:name": _both(told) if len(set(told.values())) > 1 else name,
    }


def _listed(scheme: str, code: str, kind: str) -> Row:
    """A member of a vocabulary of the EU, with the scheme it is in."""
    return {
        "@id": f"{EU}/{scheme}/{code}",
        "@type": kind,
        "skos:inScheme": {"@id": f"{EU}/{scheme}"},
    }


def _concept(scheme: str, code: str, nb: str, en: str) -> Row:
    return {
        **_listed(scheme, code, "skos:Concept"),
        "skos:prefLabel": _both({"nb": nb, "en": en}),
    }


def _language(lang: str) -> Row:
    code, nb, en = LANGUAGE[lang]
    return {
        **_listed("language", code, "dct:LinguisticSystem"),
        "skos:prefLabel": _both({"nb": nb, "en": en}),
    }


def _standard(address: str, title: str) -> Row:
    return {"@id": address, "@type": "dct:Standard", "dct:title": title}


__all__ = ["description"]
