"""What Office demands of a file, where LibreOffice and the libraries are lenient.

``faults(path)`` reads a .pptx, .docx or .xlsx part by part, and returns what Word, PowerPoint or
Excel would offer to repair, or what no reader should have to forgive; none means that it passes.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = etree.XMLParser(resolve_entities=False, no_network=True)
MAIN = {".pptx": "ppt/presentation.xml", ".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
W3CDTF = re.compile(
    r"\d{4}(-\d\d(-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?|\d{4}-\d\d-\d\d"
)
# Order in which a schema wants an element's children; others than these are not looked at.
ORDER = {
    f"{W}pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
    "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr "
    "sectPr pPrChange",
    f"{W}rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr "
    "shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    f"{W}tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
    "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    f"{W}tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
    "vAlign hideMark",
    f"{W}sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter "
    "docGrid printerSettings",
    f"{W}style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
    "qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    f"{W}numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    f"{W}lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    f"{P}presentation": "sldMasterIdLst notesMasterIdLst handoutMasterIdLst sldIdLst sldSz notesSz "
    "smartTags embeddedFontLst custShowLst photoAlbum custDataLst kinsoku defaultTextStyle "
    "modifyVerifier extLst",
    f"{A}tcPr": "lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D noFill solidFill gradFill blipFill pattFill "
    "headers extLst",
    f"{A}rPr": "ln noFill solidFill gradFill effectLst highlight latin ea cs sym hlinkClick",
    f"{A}pPr": "lnSpc spcBef spcAft buClrTx buClr buSzTx buSzPct buFontTx buFont buNone buAutoNum buChar "
    "tabLst defRPr extLst",
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotFmts protection chart "
    "spPr txPr externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly "
    "dispBlanksAs showDLblsOverMax extLst",
    "ser": "idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars cat val "
    "xVal yVal smooth shape bubbleSize extLst",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr extLst",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName "
    "showPercent showBubbleSize separator showLeaderLines leaderLines extLst",
    "dLbl": "idx delete layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName "
    "showPercent showBubbleSize separator extLst",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset tickLblSkip "
    "tickMarkSkip noMultiLvlLbl extLst",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit "
    "dispUnits extLst",
    "scaling": "logBase orientation max min extLst",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst",
    "scatterChart": "scatterStyle varyColors ser dLbls axId extLst",
}  # fmt: skip
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def faults(path: Path) -> list[str]:
    """What is wrong with a file."""
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        parts = {name: file.read(name) for name in names}
    found = [f"{name} is in the file twice" for name, n in Counter(names).items() if n > 1]
    lower = Counter(name.lower() for name in parts)
    found += [
        f"{name} differs from another name in case alone" for name, n in lower.items() if n > 1
    ]
    trees: dict[str, Any] = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                trees[name] = etree.fromstring(data, STRICT)
            except etree.XMLSyntaxError as error:
                found.append(f"{name}: {error}")
    relations = {}
    for name, tree in trees.items():
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            owner = posixpath.join(base, posixpath.basename(name).removesuffix(".rels"))
            relations[owner] = list(_targets(tree, base))
            if owner != "_rels/"[:0] and owner not in parts and owner:
                found.append(f"{name}: belongs to no part")
    found += _related(parts, trees, relations)
    found += _types(parts, trees)
    found += _properties(trees)
    for name, tree in trees.items():
        if not name.startswith("xl/"):  # long, and XlsxWriter's order is Excel's
            found += [f"{name}: {fault}" for fault in _ordered(tree)]
    checks = {".pptx": _deck, ".docx": _note, ".xlsx": lambda *_: iter(())}
    return [*found, *checks[path.suffix](parts, trees, relations)]


def _targets(tree: Any, base: str) -> Iterator[tuple[str, str, str | None]]:
    """Id, kind and part of each relation; no part for what is outside."""
    for held in tree:
        target = unquote(held.get("Target"))
        inside = held.get("TargetMode") != "External"
        place = target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
        kind = held.get("Type").rpartition("/")[2]
        yield held.get("Id"), kind, posixpath.normpath(place) if inside else None


def _related(parts: Any, trees: Any, relations: Any) -> Iterator[str]:
    reached, waiting = set(), [""]
    while waiting:
        owner = waiting.pop()
        for _, _, target in relations.get(owner, ()):
            if target and target not in reached:
                reached.add(target)
                waiting.append(target)
    for owner, held in relations.items():
        ids = [key for key, _, _ in held]
        if len(ids) != len(set(ids)):
            yield f"{owner}: an id of a relation stands twice"
        for key, kind, target in held:
            if target and target.split("#")[0] not in parts:
                yield f"{owner}: {key} ({kind}) leads to {target}, which is not there"
        if owner in trees:
            asked = trees[owner].xpath("//@r:*", namespaces={"r": R.strip("{}")})
            yield from (f"{owner}: asks for {key}" for key in set(asked) - {"", *ids})
    for name in parts:
        if (
            name not in reached
            and not name.endswith((".rels", "/"))
            and name != "[Content_Types].xml"
        ):
            yield f"{name}: nothing leads to it"


def _types(parts: Any, trees: Any) -> Iterator[str]:
    tree = trees["[Content_Types].xml"]
    usual = {e.get("Extension").lower() for e in tree if e.tag.endswith("Default")}
    own = [e.get("PartName").lstrip("/") for e in tree if e.tag.endswith("Override")]
    if len(own) != len(set(own)):
        yield "a part has two types"
    yield from (f"{name}: has a type and is not there" for name in own if name not in parts)
    for name in parts:
        if name == "[Content_Types].xml" or name in own:
            continue
        if name.rpartition(".")[2].lower() not in usual:
            yield f"{name}: has no type"
        elif re.match(r"(ppt|word|xl|docProps)/.*\.xml$", name):
            yield f"{name}: is typed as plain XML"


def _properties(trees: Any) -> Iterator[str]:
    """Properties of a file: each once, times as W3CDTF."""
    core = trees.get("docProps/core.xml")
    if core is None:
        yield "has no properties"
        return
    names = Counter(element.tag for element in core)
    yield from (f"{name} stands twice in the properties" for name, n in names.items() if n > 1)
    for element in core:
        if etree.QName(element).localname in ("created", "modified"):
            if W3CDTF.fullmatch(element.text or "") is None:
                yield f"{element.tag}: {element.text!r} is no time"
            if not any(name.endswith("}type") for name in element.attrib):
                yield f"{element.tag} does not say how its time is written"


def _ordered(tree: Any) -> Iterator[str]:
    """Children in the order of the schema."""
    for element in tree.iter(etree.Element):
        name = etree.QName(element)
        key = name.localname if f"{{{name.namespace}}}" == C else element.tag
        wanted = ORDER.get(key)
        if wanted is None:
            continue
        places = {tag: place for place, tag in enumerate(wanted.split())}
        kinds = (etree.QName(c).localname for c in element.iterchildren(etree.Element))
        known = [(places[kind], kind) for kind in kinds if kind in places]
        if known != sorted(known, key=lambda pair: pair[0]):
            yield f"{name.localname}: {' '.join(kind for _, kind in known)}"


# ------------------------------------------------------------------------------------ decks


def _deck(parts: Any, trees: Any, relations: Any) -> Iterator[str]:
    main = MAIN[".pptx"]
    tree = trees[main]
    kinds = Counter(kind for _, kind, _ in relations[main])
    for kind in ("slideMaster", "theme", "presProps", "viewProps", "tableStyles"):
        if not kinds[kind]:
            yield f"the presentation has no {kind}"
    if kinds["notesMaster"] and tree.find(f"{P}notesMasterIdLst") is None:
        yield "the presentation does not list its notes master"
    yield from _deck_ids(tree, trees)
    for name, root in trees.items():
        if re.match(r"ppt/slides/slide\d+\.xml$", name):
            yield from (f"{name}: {fault}" for fault in _slide(root))
            held = Counter(kind for _, kind, _ in relations[name])
            if held["slideLayout"] != 1 or held["notesSlide"] > 1:
                yield f"{name}: has {dict(held)}"
        if re.match(r"ppt/notesSlides/notesSlide\d+\.xml$", name):
            held = Counter(kind for _, kind, _ in relations[name])
            if held["notesMaster"] != 1 or held["slide"] != 1:
                yield f"{name}: has {dict(held)}"
        master = re.match(r"ppt/(slideMasters|notesMasters)/\w+\.xml$", name)
        if master and not any(kind == "theme" for _, kind, _ in relations[name]):
            yield f"{name}: has no theme"
        if re.match(r"ppt/charts/chart\d+\.xml$", name):
            yield from (f"{name}: {fault}" for fault in _chart(root))


def _deck_ids(tree: Any, trees: Any) -> Iterator[str]:
    slides = [int(e.get("id")) for e in tree.iter(f"{P}sldId")]
    if len(slides) != len(set(slides)) or not all(256 <= n < 2**31 for n in slides):
        yield f"ids of slides: {slides}"
    masters = [int(e.get("id")) for e in tree.iter(f"{P}sldMasterId")]
    for name, root in trees.items():
        if re.match(r"ppt/slideMasters/\w+\.xml$", name):
            masters += [int(e.get("id")) for e in root.iter(f"{P}sldLayoutId")]
    if len(masters) != len(set(masters)) or not all(n >= 2**31 for n in masters):
        yield f"ids of masters and layouts: {masters}"
    listed = {e.get("id") for e in tree.iter("{*}sldId") if not e.tag.startswith(P)}
    if not listed <= {str(n) for n in slides}:
        yield "a section lists a slide that is not there"


def _slide(root: Any) -> Iterator[str]:
    ids = [e.get("id") for e in root.iter("{*}cNvPr")]
    if len(ids) != len(set(ids)) or not all(n.isdigit() and int(n) > 0 for n in ids):
        yield "ids of shapes are not unique"
    yield from (
        f"a connector is fixed to {e.get('id')}, which is not there"
        for e in root.iter(f"{A}stCxn", f"{A}endCxn")
        if e.get("id") not in ids
    )
    for table in root.iter(f"{A}tbl"):
        wide = len(table.findall(f"{A}tblGrid/{A}gridCol"))
        if any(len(row.findall(f"{A}tc")) != wide for row in table.findall(f"{A}tr")):
            yield "a table's rows are not as wide as its grid"
    for body in root.iter(f"{P}txBody", f"{A}txBody"):
        if body.find(f"{A}p") is None:
            yield "a text has no paragraph"
    for size in root.iter(f"{A}ext"):
        if size.get("cx") and (int(size.get("cx")) < 0 or int(size.get("cy")) < 0):
            yield "a shape has a size below nought"


def _chart(root: Any) -> Iterator[str]:
    axes = {e.get("val") for e in root.iter(f"{C}axId")}
    if not all(0 <= int(n) < 2**32 for n in axes):
        yield f"ids of axes: {axes}"
    if not {e.get("val") for e in root.iter(f"{C}crossAx")} <= axes:
        yield "an axis crosses one that is not there"
    for tag in ("idx", "order"):
        held = [e.get("val") for s in root.iter(f"{C}ser") for e in s.findall(f"{C}{tag}")]
        if len(held) != len(set(held)):
            yield f"{tag} of series: {held}"
    if root.find(f"{C}externalData") is None:
        yield "has no workbook behind it"
    for cache in root.iter(f"{C}strCache", f"{C}numCache"):
        places = [int(p.get("idx")) for p in cache.findall(f"{C}pt")]
        if places != sorted(set(places)) or int(cache.find(f"{C}ptCount").get("val")) <= max(
            places, default=-1
        ):
            yield "points of a series are not in order"


# ------------------------------------------------------------------------------------- notes


def _note(parts: Any, trees: Any, relations: Any) -> Iterator[str]:
    body = trees["word/document.xml"]
    styles = trees["word/styles.xml"]
    known = Counter(e.get(f"{W}styleId") for e in styles.iter(f"{W}style"))
    yield from (f"the style {name} stands twice" for name, n in known.items() if n > 1)
    ends = [trees[n] for n in trees if re.match(r"word/(header|footer)\d*\.xml$", n)]
    for root in (body, styles, *ends):
        for element in root.iter(*(f"{W}{t}" for t in ("pStyle", "rStyle", "tblStyle", "basedOn"))):
            if element.get(f"{W}val") not in known:
                yield f"there is no style {element.get(f'{W}val')}"
    yield from _numbered(trees)
    yield from _marks(body)
    yield from _set(body)
    zoom = trees["word/settings.xml"].find(f"{W}zoom")
    if zoom is not None and zoom.get(f"{W}percent") is None:
        yield "the zoom has no percentage"


def _marks(body: Any) -> Iterator[str]:
    """Bookmarks, links to them, drawings: each with a name of its own."""
    for tag, name in ((f"{W}bookmarkStart", "id"), (f"{W}bookmarkStart", "name")):
        held = Counter(e.get(f"{W}{name}") for e in body.iter(tag))
        yield from (f"the bookmark {value} stands twice" for value, n in held.items() if n > 1)
    marks = {e.get(f"{W}name") for e in body.iter(f"{W}bookmarkStart")}
    if any(len(name) > 40 for name in marks):
        yield "the name of a bookmark is longer than 40 letters"
    starts = Counter(e.get(f"{W}id") for e in body.iter(f"{W}bookmarkStart"))
    if starts != Counter(e.get(f"{W}id") for e in body.iter(f"{W}bookmarkEnd")):
        yield "a bookmark does not end"
    for link in body.iter(f"{W}hyperlink"):
        if link.get(f"{W}anchor") and link.get(f"{W}anchor") not in marks:
            yield f"a link leads to {link.get(f'{W}anchor')}"
    ids = Counter(e.get("id") for e in body.iter("{*}docPr"))
    yield from (f"the drawing {key} stands twice" for key, n in ids.items() if n > 1)


def _set(body: Any) -> Iterator[str]:
    """Fields, cells and page set-ups are whole."""
    fields = Counter(e.get(f"{W}fldCharType") for e in body.iter(f"{W}fldChar"))
    if not fields["begin"] == fields["separate"] == fields["end"]:
        yield f"fields: {dict(fields)}"
    for cell in body.iter(f"{W}tc"):
        if cell[-1].tag != f"{W}p":
            yield "a cell does not end in a paragraph"
    last = body.find(f"{W}body")[-1]
    if last.tag != f"{W}sectPr":
        yield "the document does not end in a page set-up"
    for section in body.iter(f"{W}sectPr"):
        if section.find(f"{W}pgSz") is None or section.find(f"{W}pgMar") is None:
            yield "a section has no size or margins"


def _numbered(trees: Any) -> Iterator[str]:
    numbering = trees["word/numbering.xml"]
    abstract = Counter(e.get(f"{W}abstractNumId") for e in numbering.findall(f"{W}abstractNum"))
    numbers = Counter(e.get(f"{W}numId") for e in numbering.findall(f"{W}num"))
    for held in (abstract, numbers):
        yield from (f"the list {key} stands twice" for key, n in held.items() if n > 1)
    for number in numbering.findall(f"{W}num"):
        if number.find(f"{W}abstractNumId").get(f"{W}val") not in abstract:
            yield "a list is of no kind"
    for name in ("word/document.xml", "word/styles.xml"):
        for element in trees[name].iter(f"{W}numId"):
            if element.get(f"{W}val") not in (*numbers, "0"):
                yield f"{name}: there is no list {element.get(f'{W}val')}"
