"""Info dictionary and XMP packet: two tellings of the same facts, or the file is not PDF/A.

Neither names a producer: signing software adds its own, and pyHanko adds it to one in Info but replaces one in XMP.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

HERE = timezone(timedelta(hours=7))
"""Vietnam, without a time-zone table that might change."""

CREATOR = "Tap Huan"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>application/pdf</dc:format>\
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>\
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
<dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>{creator}</xmp:CreatorTool>\
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def xmp(title: str, author: str, at: datetime) -> bytes:
    """The packet of an aware moment, to the second, in Vietnam's time."""
    when = at.astimezone(HERE).isoformat(timespec="seconds")
    return _XMP.format(title=escape(title), author=escape(author), creator=CREATOR, when=when).encode()


def info(title: str, author: str, at: datetime) -> bytes:
    """The same facts as an Info dictionary."""
    when = f"(D:{at.astimezone(HERE):%Y%m%d%H%M%S}+07'00')"
    return (
        f"<<\n/Author {text(author)}\n/CreationDate {when}\n/Creator ({CREATOR})\n/ModDate {when}\n"
        f"/Title {text(title)}\n>>"
    ).encode("ascii")


def text(value: str) -> str:
    """A text string: UTF-16BE with its mark, in hexadecimal."""
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"
