"""The objects around a frozen page: catalogue, page, tags, colour profile, signature field (PDF/A-1b)."""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFObjectReference, PDFStream, PDFZCompress

from certificates.engine.frozen import RESOURCES
from certificates.engine.icc import srgb
from certificates.engine.items import Code, Slot, Text
from certificates.engine.layout import Layout
from certificates.engine.metadata import text

_HIDDEN_NOT = 132
"""Print and Locked: what PDF/A asks of a widget, and what a signature may not lose."""


def assemble(document: PDFDocument, layout: Layout, contents: tuple[PDFStream, PDFStream]) -> None:
    """Everything but fonts and contents, as objects of `document`; its catalogue is replaced by ours.

    `contents` are the static stream and the place of what differs. The Info and XMP objects come last.
    """
    catalogue, pages, page = PDFDictionary({}), PDFDictionary({}), PDFDictionary({})
    for each in (catalogue, pages, page):
        document.Reference(each)
    field = _signature_field(document, page)
    tree = _tag_tree(document, layout, page)
    intent = _intent(document)
    static, dynamic = contents
    packet = PDFStream(content=b"")
    contents_array = PDFArray([document.Reference(static), document.Reference(dynamic)])
    document.Reference(document.info)
    _fill(pages, Type="/Pages", Kids=PDFArray([document.Reference(page)]), Count=1)
    _fill(
        page,
        Type="/Page",
        Parent=document.Reference(pages),
        MediaBox=f"[0 0 {layout.width / 100:.2f} {layout.height / 100:.2f}]",
        Resources=RESOURCES,
        Contents=contents_array,
        Annots=PDFArray([field]),
        StructParents=0,
    )
    _fill(
        catalogue,
        Type="/Catalog",
        Pages=document.Reference(pages),
        Lang="(vi-VN)",
        MarkInfo="<</Marked true>>",
        ViewerPreferences="<</DisplayDocTitle true>>",
        StructTreeRoot=tree,
        OutputIntents=PDFArray([intent]),
        AcroForm=PDFDictionary({"Fields": PDFArray([field])}),
        Metadata=document.Reference(packet),
    )
    document.Catalog = catalogue


def _fill(target: PDFDictionary, **entries: Any) -> None:
    target.dict.update(entries)


def _signature_field(document: PDFDocument, page: PDFDictionary) -> PDFObjectReference:
    """An empty field for the office's signing software; without appearance and flags it is not PDF/A."""
    empty = PDFStream(
        dictionary=PDFDictionary({"Type": "/XObject", "Subtype": "/Form", "BBox": "[0 0 0 0]"}), content=b""
    )
    return document.Reference(
        PDFDictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": "(Sig1)",
                "Rect": "[0 0 0 0]",
                "F": _HIDDEN_NOT,
                "P": document.Reference(page),
                "AP": PDFDictionary({"N": document.Reference(empty)}),
            }
        )
    )


def _intent(document: PDFDocument) -> PDFObjectReference:
    profile = PDFStream(dictionary=PDFDictionary({"N": 3}), content=srgb(), filters=[PDFZCompress])
    return document.Reference(
        PDFDictionary(
            {
                "Type": "/OutputIntent",
                "S": "/GTS_PDFA1",
                "OutputConditionIdentifier": "(sRGB)",
                "Info": "(sRGB)",
                "DestOutputProfile": document.Reference(profile),
            }
        )
    )


def _tag_tree(document: PDFDocument, layout: Layout, page: PDFDictionary) -> PDFObjectReference:
    """Document with its headings, paragraphs and the figure, in reading order."""
    root, whole = PDFDictionary({}), PDFDictionary({})
    document.Reference(root)
    document.Reference(whole)
    parts = [
        document.Reference(_element(document, item, mcid, page, whole)) for mcid, item in enumerate(layout.tagged())
    ]
    parents = PDFDictionary({"Nums": PDFArray([0, PDFArray(parts)])})
    _fill(whole, Type="/StructElem", S="/Document", P=document.Reference(root), K=PDFArray(parts))
    _fill(
        root,
        Type="/StructTreeRoot",
        K=document.Reference(whole),
        ParentTree=document.Reference(parents),
        ParentTreeNextKey=1,
    )
    return document.Reference(root)


def _element(
    document: PDFDocument, item: Text | Slot | Code, mcid: int, page: PDFDictionary, whole: PDFDictionary
) -> PDFDictionary:
    element = PDFDictionary(
        {"Type": "/StructElem", "P": document.Reference(whole), "Pg": document.Reference(page), "K": mcid}
    )
    if isinstance(item, Code):
        box = " ".join(f"{value / 100:.2f}" for value in (item.x, item.y, item.x + item.side, item.y + item.side))
        _fill(element, S="/Figure", Alt=text(item.alt), A=f"<</O /Layout /Placement /Block /BBox [{box}]>>")
    else:
        _fill(element, S=f"/{item.tag}")
    return element
