"""Reading a file of changes: every error by its line, nothing loaded; and never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.agencies_file import AgenciesFileError
from lms.people.reorganisation_file import COLUMNS, MOST_LINES, read_changes, template

HEAD = ",".join(COLUMNS)
GOOD = "merge,A,B,,Xã Mới,pc_commune,P,123,NQ 1"


def file(*lines, head=HEAD):
    return "\n".join([head, *lines]).encode()


def errors_of(content):
    with pytest.raises(AgenciesFileError) as error:
        read_changes(content)
    return error.value.errors


def test_the_template_can_be_read_and_shows_every_kind():
    kinds = [change.kind for change in read_changes(template().encode())]
    assert set(kinds) == {"merge", "split", "rename", "reparent", "transfer", "dissolution", "establishment"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_with_or_without_a_byte_order_mark(mark):
    (change,) = read_changes(mark + file(GOOD))
    assert (change.kind, change.predecessor, change.successor, change.scope) == ("merge", "A", "B", "all")
    assert (change.name, change.unit_kind, change.parent, change.stat_code) == ("Xã Mới", "pc_commune", "P", "123")


def test_a_part_is_passed_on_where_the_file_says_nothing():
    split, transfer = read_changes(file("split,A,B,,,,,,", "transfer,A,B,press,,,,,"))
    assert (split.scope, transfer.scope) == ("part", "press")


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"", 1, "empty"),
        (HEAD.encode(), 1, "no changes"),
        (file("merge,A,B", head="kind,predecessor,successor"), 1, "columns are missing"),
        (file(GOOD, "merge,A"), 3, "2 columns"),
        (file(GOOD, "marriage,A,B,,,,,,"), 3, "marriage"),
        (file("merge,A B,C,,,,,,"), 2, "predecessor"),
        (file("merge,A,B,,Mới,club,,,"), 2, "club"),
        (file("merge,A,B,,\x07,,,,"), 2, "control character"),
        (file("merge,A,B,," + "x" * 65_536 + ",,,,"), 2, "65536 characters"),
        (
            file("merge,A,B,,Xã Thuận Quí,,,,").replace("Quí".encode(), "Quí".encode("cp1258", "replace") + b"\xec"),
            2,
            "UTF-8",
        ),
        ("kind".encode("utf-16"), 1, "UTF-16"),
        (b"PK\x03\x04rest", 1, "workbook"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, line, said, settings):
    settings.LANGUAGE_CODE = "en"
    found = errors_of(content)
    assert any(f"{line}:" in one and said in one for one in found), found


def test_too_many_lines_are_refused():
    assert errors_of(file(*[GOOD] * (MOST_LINES + 1)))


def test_every_error_of_the_file_is_listed():
    assert len(errors_of(file("marriage,A,B,,,,,,", GOOD, "merge,A,B,,Mới,club,,,", "x"))) == 3


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{HEAD}\n{text}".encode()))
def test_no_file_breaks_it(content):
    try:
        assert read_changes(content)
    except AgenciesFileError as error:
        assert error.errors
