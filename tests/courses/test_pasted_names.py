"""Names pasted into a nomination: a verdict a line, nothing guessed (learning.md §5)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.pasted_names import LineVerdict, Listed, judge, read_line, ticked

LAN = Listed("lan", "Nguyễn Thị Lan", date(1980, 3, 12))
LAN_2 = Listed("lan-2", "Nguyễn Thị Lan", date(1991, 5, 1))
HUNG = Listed("hung", "Trần Văn Hùng")
ROSTER = (LAN, LAN_2, HUNG)


@pytest.mark.parametrize(
    ("line", "name", "born"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan", None),
        ("1. Nguyễn Thị Lan; 12/03/1980; Chuyên viên", "Nguyễn Thị Lan", date(1980, 3, 12)),
        ("12\tNguyễn Thị Lan\t12.3.1980", "Nguyễn Thị Lan", date(1980, 3, 12)),
        ("  nguyễn  thị lan (xã Tuy Phong)", "nguyễn thị lan", None),
        ("Nguyễn Thị Lan - Phó Chủ tịch", "Nguyễn Thị Lan", None),
        ("Nguyễn Thị Lan; 31/02/1980", "Nguyễn Thị Lan", None),
    ],
)
def test_a_line_holds_a_name_and_perhaps_a_date_of_birth(line, name, born):
    assert read_line(line) == (name, born)


@pytest.mark.parametrize(
    ("line", "verdict", "people"),
    [
        ("TRẦN VĂN HÙNG", LineVerdict.MATCHED, (HUNG,)),
        ("Nguyễn Thị Lan", LineVerdict.CHOOSE, (LAN, LAN_2)),
        ("Nguyễn Thị Lan; 1/5/1991", LineVerdict.MATCHED, (LAN_2,)),
        ("Nguyễn Thị Lan; 2/5/1991", LineVerdict.UNKNOWN, ()),
        ("Trần Văn Hùng; 2/5/1991", LineVerdict.MATCHED, (HUNG,)),
        ("Lê Bình", LineVerdict.UNKNOWN, ()),
    ],
)
def test_each_line_gets_a_verdict(line, verdict, people):
    (judged,) = judge(line, ROSTER, ())
    assert (judged.verdict, judged.people) == (verdict, people)


def test_who_is_in_the_class_or_stands_above_is_in_already():
    lines = judge("Trần Văn Hùng\n\ntrần văn hùng\nNguyễn Thị Lan 12/3/1980", ROSTER, {"lan"})
    assert [(line.number, line.verdict) for line in lines] == [(1, "matched"), (3, "already"), (4, "already")]
    assert ticked(lines) == {"hung"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_pasted_names_only_people_of_the_roster_and_each_once(text):
    lines = judge(text, ROSTER, {"hung"})
    matched = [line.people[0].key for line in lines if line.verdict == LineVerdict.MATCHED]
    assert len(matched) == len(set(matched))
    assert set(matched) <= {"lan", "lan-2"}
