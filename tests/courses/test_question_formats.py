"""Questions written in each format come back as they were, and no file makes a reader stumble (learning.md §4)."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import courses
from courses.formats import aiken, gift, moodle_xml, question_csv, question_xlsx
from courses.formats.encoding import decode
from courses.formats.files import FORMATS, format_of, lost
from lms.refusal import Refused
from lms.uploads.checks import FileError
from tests.courses.test_gift_export import line, whole_questions
from tests.make import quizzes

DATA = Path(courses.__file__).parent / "data"
MANY = int(os.environ.get("LMS_HISTORIES", "0")) and 10_000
calm = settings(deadline=None, max_examples=MANY or 60, suppress_health_check=[HealthCheck.too_slow])
fuzz = settings(deadline=None, max_examples=MANY or 300, suppress_health_check=[HealthCheck.too_slow])
READ = (FileError, Refused)
"""What a reader may raise for a file as a whole."""

facts = st.tuples(
    st.integers(1, 5), st.just("") | line, st.sampled_from(["", "2026-12-31"]), st.sampled_from([10_000, 5_000, 20_000])
)


def clean_html(question):
    """A stem that the reader of HTML leaves as it is."""
    return replace(question, stem_format="markdown") if question.stem_format == "html" else question


def furnished(question, given_facts):
    difficulty, source, check_by, points = given_facts
    return replace(clean_html(question), difficulty=difficulty, source=source, check_by=check_by, points=points)


def same(read, question):
    kept = {"category", "tags", "code", "points", "difficulty", "source", "check_by"}
    assert read.fingerprint() == question.fingerprint()
    assert {name: getattr(read, name) for name in kept} == {name: getattr(question, name) for name in kept}


@calm
@given(whole_questions, facts)
def test_moodle_xml_brings_back_what_was_written(question, given_facts):
    question = furnished(question, given_facts)
    question = replace(question, tags=tuple(dict.fromkeys(question.tags)))
    (read,), problems = moodle_xml.parse(moodle_xml.to_moodle_xml([question]).encode())
    assert problems == []
    same(read, question)


@calm
@given(whole_questions, facts)
def test_a_table_brings_back_what_was_written_or_names_what_it_lost(question, given_facts):
    question = furnished(question, given_facts)
    read, problems = question_csv.parse(decode(question_csv.to_csv([question]))[0])
    named = lost(FORMATS["csv"], [question]).get(question.code)
    if named:
        assert any(sign in str(question) for sign in ("=>", "|", "\n", ";", ",", "'", ": ", "/"))
    else:
        assert problems == []
        assert read[0].fingerprint() == question.fingerprint()


@pytest.mark.parametrize("type_", quizzes.TYPES)
def test_a_workbook_brings_back_every_type(type_):
    question = quizzes.imported(
        type_, tags=("bai-1",), source="Luật", check_by="2026-12-31", points=5_000, difficulty=4
    )
    if type_ in ("matching", "ordering", "essay"):
        question = replace(question, feedback={})
    if type_ == "essay":
        question = replace(question, key={"rubric": [], "notes": "Thang điểm"})
    (read,), problems = question_xlsx.parse(question_xlsx.to_xlsx([question]))
    assert problems == []
    same(read, question)


def test_the_template_is_read_as_its_own_examples():
    questions, problems = question_xlsx.parse(question_xlsx.template_file())
    assert ([question.code for question in questions], problems) == (["VD-001", "VD-002"], [])
    assert questions[0].category == ("Ví dụ", "Bài 1")
    assert questions[0].check_by == "2026-12-31"


@pytest.mark.parametrize("name", ["ttcs-01.gift", "ttcs-03.gift", "ttcs-04.gift", "ttcs-04-questions.csv"])
@pytest.mark.parametrize("kept", ["moodle-xml", "xlsx", "csv", "gift"])
def test_the_shipped_files_go_through_every_format_and_come_back(name, kept):
    content = (DATA / name).read_bytes()
    questions, problems = format_of(name, content).read(content)
    assert (problems, len(questions) > 10) == ([], True)
    found = lost(FORMATS[kept], questions)
    allowed = {"source", "points", "key"} if kept == "gift" and name.endswith("csv") else set()
    assert {field for fields in found.values() for field in fields} <= allowed


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_line_ends_and_marks_change_nothing(ends, encoding):
    text = "// [id:A]\nCâu một?{=Đúng ~Sai}\n\n// [id:B]\nCâu hai?{T}\n"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    questions, problems = FORMATS["gift"].read((mark + text.replace("\n", ends)).encode(encoding))
    assert [(question.code, question.line) for question in questions] == [("A", 2), ("B", 5)]
    assert problems == []


def test_windows_1258_waits_for_a_yes_and_then_reads_well():
    text = "Cán bộ nào trả lời dân?\nA. Người phát ngôn\nB. Doanh nghiệp được thuê\nĐÁP ÁN: A\n"
    toned = text.replace("ộ", "ô\u0323").replace("ả", "a\u0309").replace("ờ", "ơ\u0300").replace("ệ", "ê\u0323")
    raw = toned.replace("ư\u0300", "ư\u0300").replace("ợ", "ơ\u0323").encode("cp1258")
    with pytest.raises(Refused) as error:
        FORMATS["aiken"].read(raw)
    assert error.value.code == "encoding_unconfirmed"
    assert error.value.details["samples"][0] == "Cán bộ nào trả lời dân?"
    (question,), problems = FORMATS["aiken"].read(raw, "windows-1258")
    assert (question.stem, problems) == ("Cán bộ nào trả lời dân?", [])


# --- Aiken ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("Câu?\nA. x\nC. y\nANSWER: A", "letters_out_of_order", 3),
        ("Câu?\nA. x\nANSWER: A", "too_few_options", 1),
        ("Câu?\nA. x\nB. y\nANSWER: C", "no_right_option", 4),
        ("A. x\nB. y\nANSWER: A", "no_stem", 1),
        ("Câu?\nA. x\nB. y\n\nCâu hai?\nA. x\nB. y\nANSWER: A", "unfinished", 5),
        ("Câu?\nA. x\nB. y", "unfinished", 1),
        ("Câu?\nA.\nB. y\nANSWER: B", "empty_option", 2),
        (
            "Câu?\n" + "\n".join(f"{letter}. {letter}" for letter in "ABCDEFGHIJK") + "\nANSWER: A",
            "too_many_options",
            1,
        ),
    ],
)
def test_what_is_wrong_in_aiken_is_named_with_its_line(text, code, at):
    _questions, problems = aiken.parse(text)
    assert [(problem.code, problem.line) for problem in problems] == [(code, at)]


def test_aiken_takes_both_marks_and_both_languages_and_joins_lines():
    text = "Câu một\ngồm hai dòng?\nA)x < 5 & y\nB) khác\nĐáp án: a\n\nCâu hai?\nA. x\nB. y\nANSWER: B.\n"
    (first, second), problems = aiken.parse(text)
    assert problems == []
    assert (first.stem, first.options[0].text, bool(first.notes)) == ("Câu một gồm hai dòng?", "x < 5 & y", True)
    assert second.notes == ()
    again = aiken.parse(aiken.to_aiken([first, second]))[0]
    assert [one.fingerprint() for one in again] == [one.fingerprint() for one in (first, second)]


# --- hostile and broken files -----------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", "<svg onload=alert(1)><animate/></svg>", "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>', '<a href="data:text/html,<script>1</script>">x</a>',
    "<iframe srcdoc='<script>1</script>'></iframe>", "<math><mtext><style><img src=x onerror=alert(1)></style>",
    "<p style=\"background:url(javascript:1)\" onclick='x()'>chữ</p>", "<object data=x></object><embed src=x>",
    "<scr<script>ipt>alert(1)</script>", '<img src="data:image/svg+xml;base64,PHN2Zz4=" alt="hình">',
)  # fmt: skip
ACTIVE = (
    "<script",
    "<svg",
    "<img",
    "<iframe",
    "<object",
    "<embed",
    "onerror=",
    "onload=",
    "onclick=",
    "javascript:",
    "data:",
)


def in_xml(words):
    wrapped = words.replace("]]>", "")
    return (
        '<quiz><question type="multichoice"><name><text>N</text></name><questiontext format="html"><text><![CDATA['
        f"<p>Câu?</p>{wrapped}]]></text></questiontext><single>true</single>"
        f'<answer fraction="100" format="html"><text><![CDATA[Đúng {wrapped}]]></text><feedback format="html"><text>'
        f'<![CDATA[Vì {wrapped}]]></text></feedback></answer><answer fraction="0"><text>Sai</text></answer>'
        "</question></quiz>"
    ).encode()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_html_comes_out_inert_and_is_said(words):
    (question,), problems = moodle_xml.parse(in_xml(words))
    assert problems == []
    said = " ".join([question.stem, question.options[0].text, *question.feedback.get("options", {}).values()]).lower()
    assert not [sign for sign in ACTIVE if sign in said.replace("[ảnh", "").replace("[picture", "")]
    assert question.notes
    assert question.stem.startswith("<p>Câu?</p>")


def test_a_picture_is_left_out_with_its_description_kept():
    picture = '<file name="a.png" encoding="base64">iVBORw0KGgo=</file>'
    content = in_xml('<img src="@@PLUGINFILE@@/a.png" alt="Sơ đồ">').decode()
    content = content.replace("</text></questiontext>", f"</text>{picture}</questiontext>")
    (question,), _problems = moodle_xml.parse(content.encode())
    assert "Sơ đồ" in question.stem
    assert "iVBOR" not in str(question)
    assert question.notes


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE quiz [<!ENTITY a "b">]>', '<!DOCTYPE quiz SYSTEM "http://x.example/x.dtd">',
     '<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'],
)  # fmt: skip
def test_a_document_type_or_an_entity_is_refused_before_anything_is_read(head):
    with pytest.raises(FileError) as error:
        moodle_xml.parse(f'<?xml version="1.0"?>{head}<quiz><question type="x">&a;</question></quiz>'.encode())
    assert error.value.code == "xml_entities"


@pytest.mark.parametrize(
    ("content", "at"),
    [(b"", 1), (b"<quiz>\n<question>\n</quiz>", 3), (b"<html></html>", 1), (b"PK\x03\x04", 1),
     (b"<quiz>&nbsp;</quiz>", 1),
     (b'<?xml version="1.0" encoding="khong-co"?><quiz/>', 1), (b"<quiz>" + b"<a>" * 50, 1)],
)  # fmt: skip
def test_what_is_no_moodle_xml_is_refused_with_its_line(content, at):
    with pytest.raises(FileError) as error:
        moodle_xml.parse(content)
    assert error.value.code == "not_this_format"
    assert f"{at}." in str(error.value) or f" {at}" in str(error.value)


def test_types_that_are_not_known_here_are_refused_and_texts_are_left_out():
    content = b'<quiz>\n<question type="cloze"/>\n<question type="description"/>\n<question type="essay"/>\n</quiz>'
    _questions, problems = moodle_xml.parse(content)
    assert [(problem.line, problem.code) for problem in problems] == [
        (2, "type_unsupported"), (3, "asks_nothing"), (4, "no_stem"),
    ]  # fmt: skip


def test_percentages_that_do_not_add_up_are_refused():
    part = '<answer fraction="{}"><text>{}</text></answer>'
    answers = "".join(part.format(share, name) for share, name in (("50", "a"), ("30", "b"), ("-100", "c")))
    head = '<quiz><question type="multichoice"><questiontext><text>C</text></questiontext><single>false</single>'
    _questions, problems = moodle_xml.parse(f"{head}{answers}</question></quiz>".encode())
    assert [problem.code for problem in problems] == ["no_right_option"]


GIFT_SAMPLE = (DATA / "ttcs-04.gift").read_bytes()[:2_000]
CSV_SAMPLE = (DATA / "ttcs-04-questions.csv").read_bytes()[:2_000]
SAMPLES = {
    "gift": GIFT_SAMPLE, "csv": CSV_SAMPLE, "aiken": "Câu?\nA. x\nB. y\nANSWER: A\n\n".encode() * 20,
    "moodle-xml": moodle_xml.to_moodle_xml(gift.parse(GIFT_SAMPLE.decode(errors="ignore"))[0]).encode()[:6_000],
}  # fmt: skip
damage = st.lists(
    st.tuples(st.integers(0, 5_999), st.integers(0, 12), st.binary(max_size=8) | st.sampled_from(
        [b"{", b"}", b"\\", b"<", b"]]>", b'"', b"\n\n", b"%", b"=", b"#", b"\x00", b"&x;", b"\xef\xbb\xbf", b"->"])),
    min_size=1, max_size=6,
)  # fmt: skip


@fuzz
@given(st.sampled_from(sorted(SAMPLES)), damage)
def test_a_damaged_file_gives_verdicts_or_one_refusal_and_nothing_else(name, wounds):
    content = SAMPLES[name]
    for place, length, put in wounds:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + length :]
    lines = content.count(b"\n") + content.count(b"\r") + 1
    try:
        questions, problems = FORMATS[name].read(content, "windows-1258")
    except READ as error:
        assert error.code
        return
    assert all(problem.code and 1 <= problem.line <= lines for problem in problems)
    assert len({question.code for question in questions}) == len(questions)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gift", b"Cau {" + b"~%33%a" * 200_000 + b"}"), ("gift", b"{\n" * 100_000), ("gift", b"::" * 300_000),
        ("gift", b"$CATEGORY: " + b"a/" * 300_000 + b"\n\nA {T}"), ("gift", b"// [tag:a] " * 60_000 + b"\nA {T}"),
        ("aiken", b"A. x\n" * 150_000), ("aiken", b"ANSWER: A\n" * 50_000),
        ("csv", b'type,question,correct\n"' + b"x," * 300_000),
        ("csv", b"type,question,correct\n" + b"single,x,A\n" * 15_000),
        ("moodle-xml", b"<quiz><question>" + b"<a>x</a>" * 100_000),
        ("moodle-xml", in_xml("<b>" * 50_000)), ("moodle-xml", in_xml("<img " * 50_000)),
        ("moodle-xml", in_xml("&amp;" * 90_000)),
    ],
)  # fmt: skip
def test_a_file_made_to_be_slow_is_not(name, content):
    began = time.process_time()
    with suppress(*READ):
        FORMATS[name].read(content)
    assert time.process_time() - began < 8
