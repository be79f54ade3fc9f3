"""Rows go through a file without staying in memory."""

from __future__ import annotations

import tracemalloc

import pytest

from lms.papers.files import Kind, write
from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Table
from tests.papers.samples import head


class Alive:
    """Counts the rows that exist at the same time."""

    now = most = 0


class Row(tuple[Cell, ...]):
    def __new__(cls, cells):
        Alive.now += 1
        Alive.most = max(Alive.most, Alive.now)
        return super().__new__(cls, cells)

    def __del__(self):
        Alive.now -= 1


@pytest.mark.parametrize("kind", ["xlsx", "csv", "docx", "pdf"])
def test_rows_are_taken_one_by_one(kind, tmp_path):
    Alive.now = Alive.most = 0
    rows = (Row((number, f"Lan {number}")) for number in range(500))
    with (tmp_path / "file").open("wb") as out:
        write(Paper(head(), (Table((Column("STT"), Column("Tên", 80)), rows),)), Kind(kind), out)
    assert Alive.most <= 4


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_ten_times_the_rows_take_no_more_memory(kind, tmp_path):
    def peak(row_count):
        rows = ((number, f"Lan {number}", None) for number in range(row_count))
        tracemalloc.start()
        with (tmp_path / "file").open("wb") as out:
            write(Paper(head(), (Table((Column("STT"), Column("Tên", 80), Column("")), rows),)), Kind(kind), out)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4000) < 1.3 * peak(400) + 200_000
