"""Characters, lines and sizes: what fits, what shrinks, what is refused by name."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from certificates.engine.charset import CHARSET, VIETNAMESE, MissingGlyphs, TooLong, beyond
from certificates.engine.design import default_layout
from certificates.engine.fonts import extra_characters
from certificates.engine.freeze import freeze
from certificates.engine.render import blocks, check, missing, printed_values, render
from certificates.engine.typeset import Block
from tests.certificates.engine_samples import AT, frozen, snapshot

FACES = default_layout().face_files()


def block(name: str, **changes: object) -> Block:
    """How a slot of the default design is set."""
    found = blocks(frozen(), printed_values(snapshot(**changes), "view"))
    return next(block for slot, _mcid, block in found if slot.name == name)


def lines(name: str, **changes: object) -> list[str]:
    return ["".join(text for text, _face in line.spans).strip() for line in block(name, **changes).lines]


def test_the_character_set_is_ascii_vietnamese_and_some_signs() -> None:
    assert len(CHARSET) == len(set(CHARSET)) == 243
    assert len(set(VIETNAMESE)) == 134
    assert all(unicodedata.is_normalized("NFC", char) for char in VIETNAMESE)
    assert {"ẵ", "Ợ", "đ", "Đ", "ỵ"} <= set(VIETNAMESE)


def test_every_vietnamese_letter_comes_back_out_of_the_file() -> None:
    half = len(VIETNAMESE) // 2
    for part in (VIETNAMESE[:half], VIETNAMESE[half:]):
        made = snapshot(course=" ".join(part[start : start + 20] for start in range(0, len(part), 20)))
        text = PdfReader(io.BytesIO(render(frozen(), made, issued_at=AT))).pages[0].extract_text()
        assert made.course in " ".join(text.split())


def test_decomposed_letters_print_the_same_bytes() -> None:
    """The snapshot is composed; a stored one that is not is composed again by the engine."""
    made = snapshot(person=VIETNAMESE[:20])
    raw = {**made.to_dict(), "person": unicodedata.normalize("NFD", made.person)}
    assert render(frozen(), type(made).from_json(raw), issued_at=AT) == render(frozen(), made, issued_at=AT)


def test_a_short_name_is_large_and_a_long_one_shrinks() -> None:
    assert block("person").size == 2900
    long = block("person", person="Công Tằng Tôn Nữ Thị Ngọc Ánh Nguyệt Bảo Phương Hường")
    assert 1740 <= long.size < 2900
    assert len(long.lines) == 1


def test_a_name_shrinks_to_sixty_percent_and_then_is_refused() -> None:
    person, sizes = "Phượng", [2900]
    with pytest.raises(TooLong, match="person"):
        while len(person) < 500:
            sizes.append(block("person", person=person).size)
            person += "i"
    assert sizes == sorted(sizes, reverse=True)
    assert 1740 <= sizes[-1] <= 1740 + 29


def test_a_course_title_wraps_into_three_lines_of_like_length() -> None:
    title = "Bồi dưỡng kiến thức, kỹ năng cung cấp thông tin, phát ngôn và xử lý khủng hoảng truyền thông chính sách "
    title += "cho người phát ngôn của các sở, ban, ngành và ủy ban nhân dân cấp xã"
    made = block("course", course=title)
    assert " ".join(lines("course", course=title)) == title
    assert len(made.lines) == 3
    lengths = [line.length for line in made.lines]
    assert max(lengths) <= 66000
    assert min(lengths) > 0.75 * max(lengths)
    with pytest.raises(TooLong, match="course"):
        block("course", course=" ".join([title] * 3))


def test_a_word_without_a_gap_is_refused() -> None:
    with pytest.raises(TooLong, match="course"):
        block("course", course="W" * 120)


def test_facts_break_between_each_other_first() -> None:
    assert lines("post") == ["Chức vụ: Phóng viên \u00a0·\u00a0 Đơn vị công tác: Báo Bình Thuận"]
    position = "Phó Trưởng phòng Thông tin – Báo chí – Xuất bản kiêm người phát ngôn"
    broken = lines("post", position=position, workplace="Sở Nông nghiệp và Phát triển nông thôn")
    assert broken == [f"Chức vụ: {position}", "Đơn vị công tác: Sở Nông nghiệp và Phát triển nông thôn"]


def test_what_follows_a_long_text_moves_down_and_clears_the_foot() -> None:
    position = "Phó Trưởng phòng Thông tin – Báo chí – Xuất bản kiêm người phát ngôn"
    long = {"course": "Kỹ năng truyền thông chính sách " * 6, "position": position, "workplace": position}
    assert len(block("course", **long).lines) == 3
    assert len(block("post", **long).lines) == 2
    assert block("outcome", **long).lines[-1].y < block("outcome").lines[-1].y
    assert block("outcome", **long).lines[-1].y > block("issued").lines[0].y + 1200


def test_a_missing_fact_leaves_no_gap() -> None:
    assert block("birth", birth=None).lines == ()
    assert block("post", birth=None).lines[0].y > block("post").lines[0].y


def test_lines_stand_centred() -> None:
    for line in block("course").lines:
        assert abs(2 * line.x + line.length - 84189) <= 2


@pytest.mark.parametrize("name", ["François", "Muñoz", "Bjørn Æ"])
def test_characters_beyond_the_usual_are_named(name: str) -> None:
    made = snapshot(person=name)
    assert missing(frozen(), made) == beyond(name)
    with pytest.raises(MissingGlyphs) as refusal:
        render(frozen(), made, issued_at=AT)
    assert refusal.value.characters == beyond(name)
    assert extra_characters(name, FACES) == beyond(name)


def test_an_ordinary_certificate_lacks_nothing() -> None:
    assert missing(frozen(), snapshot()) == ""
    check(frozen(), snapshot())


def test_a_character_that_the_font_lacks_is_refused_by_name() -> None:
    with pytest.raises(MissingGlyphs) as refusal:
        extra_characters("Y Bŭk № 5 漢 ç", FACES)
    assert refusal.value.characters == "ŭ№漢"
    with pytest.raises(MissingGlyphs):
        freeze(default_layout(), "漢")


def test_twelve_more_characters_fit_and_thirteen_do_not() -> None:
    twelve = "àçèéñóöøúüýþß¿"
    twelve = beyond(twelve + "äëïîûåæ")[:12]
    assert len(twelve) == 12
    assert missing(freeze(default_layout(), twelve), snapshot(person=twelve)) == ""
    with pytest.raises(MissingGlyphs):
        freeze(default_layout(), twelve + "œš")


def test_an_address_that_no_phone_would_read_is_refused() -> None:
    made = snapshot(host="https://" + "a" * 200 + ".vn")
    with pytest.raises(TooLong, match="address|view|qr"):
        check(frozen(), made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(CHARSET.replace(" ", ""), min_size=1, max_size=9), min_size=1, max_size=40).map(" ".join))
def test_any_title_is_printed_whole_inside_its_room_or_refused(title: str) -> None:
    try:
        made = block("course", course=title)
    except TooLong:
        assert len(title) > 100
        return
    joined = "".join(text for line in made.lines for text, _face in line.spans)
    assert joined == unicodedata.normalize("NFC", title)
    assert all(line.length <= 66000 for line in made.lines)
    assert len(made.lines) <= 3
    assert 1200 <= made.size <= 1750
