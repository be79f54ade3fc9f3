"""What a lesson is made of. No raw HTML, no SVG, no embed (trust.md §7)."""

from cms.blocks.activity import CaseBlock, ExampleBlock, SelfCheckBlock, StepsBlock
from cms.blocks.media import AudioBlock, FileBlock, ImageBlock, VideoBlock
from cms.blocks.sources import CitationBlock, LinkCardBlock
from cms.blocks.text import CalloutBlock, HeadingBlock, KeyPointsBlock, QuoteBlock, TableBlock, TermBlock, TextBlock

LESSON_BLOCKS = [
    ("heading", HeadingBlock()),
    ("text", TextBlock()),
    ("callout", CalloutBlock()),
    ("key_points", KeyPointsBlock()),
    ("quote", QuoteBlock()),
    ("term", TermBlock()),
    ("table", TableBlock()),
    ("steps", StepsBlock()),
    ("case", CaseBlock()),
    ("example", ExampleBlock()),
    ("self_check", SelfCheckBlock()),
    ("image", ImageBlock()),
    ("audio", AudioBlock()),
    ("video", VideoBlock()),
    ("file", FileBlock()),
    ("citation", CitationBlock()),
    ("link_card", LinkCardBlock()),
]

__all__ = ["LESSON_BLOCKS"]
