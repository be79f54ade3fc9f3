"""A lesson from a file becomes blocks that the page can show."""

from __future__ import annotations

from cms.lesson_blocks import blocks
from cms.models import LessonPage


def test_key_points_are_read_as_their_text():
    made = blocks("## Việc đầu tiên\n\nĐọc văn bản.", ["Một.", "Hai."])
    body = LessonPage._meta.get_field("body").stream_block.to_python(made)
    assert [block.block_type for block in body] == ["heading", "text", "key_points"]
    assert list(body[-1].value) == ["Một.", "Hai."]
    assert body[0].value == "Việc đầu tiên"
