"""What a lesson is made of. No raw HTML, no SVG, no embed (trust.md §7)."""

from cms.blocks.activity import CaseBlock, StepsBlock
from cms.blocks.media import ImageBlock
from cms.blocks.text import CalloutBlock, HeadingBlock, KeyPointsBlock, QuoteBlock, TextBlock

LESSON_BLOCKS = [
    ("heading", HeadingBlock()),
    ("text", TextBlock()),
    ("callout", CalloutBlock()),
    ("key_points", KeyPointsBlock()),
    ("quote", QuoteBlock()),
    ("steps", StepsBlock()),
    ("case", CaseBlock()),
    ("image", ImageBlock()),
]

__all__ = ["LESSON_BLOCKS"]
