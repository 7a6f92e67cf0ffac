"""Messages of Eurostat's SDMX service in small: structure, constraint, SDMX-CSV, queued extractions."""

import io

from provider import Answer

NS = " ".join(
    f'xmlns:{prefix}="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/{name}"'
    for prefix, name in (("m", "message"), ("s", "structure"), ("c", "common"))
)
HEADER = (
    "<m:Header><m:ID>X</m:ID><m:Test>false</m:Test><m:Prepared>2026-10-01T11:00:00</m:Prepared>"
    '<m:Sender id="ESTAT"/></m:Header>'
)
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
JOB = "98de05ea-540a-43d3-903b-7c9e14faf808"


def message(inside: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?><m:Structure {NS}>{HEADER}<m:Structures>{inside}'
    return Answer(f"{text}</m:Structures></m:Structure>".encode(), kind="application/xml")


def dataflow(dataset: str, dimensions: list[str]) -> Answer:
    """The data set with its definition (``references=children``)."""
    concept = (
        '<s:ConceptIdentity><Ref maintainableParentID="CXT" maintainableParentVersion="1.0" '
        'id="{0}" agencyID="ESTAT" package="conceptscheme" class="Concept"/></s:ConceptIdentity>'
    )
    listed = "".join(
        f'<s:Dimension id="{name}" position="{at}">{concept.format(name)}<s:LocalRepresentation>'
        f'<s:Enumeration><Ref id="CXT_{name.upper()}" version="1.0" agencyID="ESTAT" '
        'package="codelist" class="Codelist"/></s:Enumeration></s:LocalRepresentation></s:Dimension>'
        for at, name in enumerate(dimensions, 1)
    )
    at = f'id="{dataset}" agencyID="ESTAT" version="1.0"'
    return message(
        f'<s:Dataflows><s:Dataflow {at} isFinal="true"><c:Name xml:lang="en">Trade</c:Name>'
        f'<s:Structure><Ref {at} package="datastructure" class="DataStructure"/></s:Structure>'
        f"</s:Dataflow></s:Dataflows><s:DataStructures><s:DataStructure {at}>"
        '<c:Name xml:lang="en">Trade</c:Name><s:DataStructureComponents>'
        f'<s:DimensionList id="DimensionDescriptor">{listed}<s:TimeDimension id="TIME_PERIOD" '
        f'position="{len(dimensions) + 1}">{concept.format("TIME_PERIOD")}<s:LocalRepresentation>'
        '<s:TextFormat textType="ObservationalTimePeriod"/></s:LocalRepresentation>'
        '</s:TimeDimension></s:DimensionList><s:MeasureList id="MeasureDescriptor">'
        f'<s:PrimaryMeasure id="OBS_VALUE">{concept.format("OBS_VALUE")}</s:PrimaryMeasure>'
        "</s:MeasureList></s:DataStructureComponents></s:DataStructure></s:DataStructures>"
    )


def constraint(dataset: str, positions: dict[str, list[str]]) -> Answer:
    """What there are data for."""
    values = "".join(
        f'<c:KeyValue id="{name}">{"".join(f"<c:Value>{v}</c:Value>" for v in codes)}</c:KeyValue>'
        for name, codes in positions.items()
    )
    at = f'id="{dataset}" agencyID="ESTAT" version="1.0"'
    return message(
        f'<s:Constraints><s:ContentConstraint {at} type="Actual"><c:Name xml:lang="en">x</c:Name>'
        f'<s:ConstraintAttachment><s:Dataflow><Ref {at} package="datastructure" class="Dataflow"/>'
        f'</s:Dataflow></s:ConstraintAttachment><s:CubeRegion include="true">{values}'
        "</s:CubeRegion></s:ContentConstraint></s:Constraints>"
    )


def fault(code: str, text: str, status: int = 200) -> Answer:
    body = f'<S:Fault xmlns:S="{SOAP}"><faultcode>{code}</faultcode><faultstring>{text}</faultstring></S:Fault>'
    return Answer(body.encode(), status, kind="application/xml")


def queued(status: str = "SUBMITTED") -> Answer:
    """The answer to a request that is prepared in the background."""
    return Answer(
        f'<env:Envelope xmlns:env="{SOAP}"><env:Header/><env:Body><ns0:syncResponse xmlns:ns0='
        f'"http://estat.ec.europa.eu/disschain/soap/extraction"><queued><id>{JOB}</id><status>{status}'
        "</status></queued></ns0:syncResponse></env:Body></env:Envelope>".encode(),
        kind="application/xml",
    )


def state(status: str) -> Answer:
    """How far that is."""
    return Answer(
        f'<env:Envelope xmlns:env="{SOAP}"><env:Header/><env:Body><ns0:asyncResponse xmlns:ns0='
        '"http://estat.ec.europa.eu/disschain/soap/asynchronous" xmlns:ns1='
        f'"http://estat.ec.europa.eu/disschain/asynchronous"><ns1:status><ns1:key>{JOB}</ns1:key>'
        f"<ns1:status>{status}</ns1:status></ns1:status></ns0:asyncResponse></env:Body>"
        "</env:Envelope>".encode(),
        kind="application/xml",
    )


def sdmx_csv(
    dataset: str, dimensions: list[str], rows, marks=(), updated="15/09/26 11:00:00"
) -> bytes:
    """SDMX-CSV as Eurostat writes it; ``marks`` are the names of columns after the figure."""
    out = io.StringIO()
    names = ["DATAFLOW", "LAST UPDATE", *dimensions, "TIME_PERIOD", "OBS_VALUE", *marks]
    print(*names, sep=",", end="\r\n", file=out)
    for row in rows:
        print(f"ESTAT:{dataset}(1.0)", updated, *row, sep=",", end="\r\n", file=out)
    return out.getvalue().encode()
