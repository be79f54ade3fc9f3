"""«Danh sách người» of a figure as an official paper: who stands behind it, in the order of the screen, and why each
counts or does not.

No birth date and no contact: the figure needs neither (domain.md §11); whoever must tell namesakes apart opens the
person. Memory holds the ids of all and the rows of a thousand.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from lms.coverage.alerts import UNCERTIFIED, behind
from lms.coverage.facts import Rare, completions_of, entries_of, facts_of, named_courses
from lms.coverage.question import Question
from lms.coverage.statement import fetched
from lms.coverage.statements import people_statement
from lms.coverage.verdicts import Facts, judge
from lms.days import local_day
from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Table
from lms.people.models import Group, Person
from lms.plan.letterheads import of_plan
from lms.vietnamese.written import paper_date, short_date

NAMES = {
    "listed": "Danh sách người thuộc diện",
    "trained": "Danh sách người đã bồi dưỡng trong kỳ",
    "missing": "Danh sách người chưa bồi dưỡng trong kỳ",
    "completed": "Danh sách người có lượt hoàn thành trong kỳ",
    "certified": "Danh sách người có giấy chứng nhận trong kỳ",
    UNCERTIFIED: "Danh sách người đã hoàn thành, chưa được cấp giấy chứng nhận",
    "off_roster": "Danh sách người đã học, ngoài danh sách ngày chốt",
    "waived": "Danh sách người được miễn",
    "outside": "Danh sách người bồi dưỡng nơi khác",
}
COLUMNS = (
    Column("STT", 14, "centre"),
    Column("Họ và tên", 38),
    Column("Cơ quan, đơn vị, địa phương", 42),
    Column("Nhóm đối tượng", 32),
    Column("Chức vụ", 30),
    Column("Được tính (có/không)", 18, "centre"),
    Column("Vì sao được tính, không được tính", 70),
    Column("Số vào sổ giấy chứng nhận", 28),
    Column("Số tiết", 14, "right"),
    Column("Ngày hoàn thành", 26, "centre"),
)
OFF_ROSTER = "Không có tên trong danh sách thuộc diện của ngày tính số liệu nên không tính vào số người."
EVERYBODY = 2**31 - 1
BATCH = 1000


@dataclass(frozen=True)
class Entry:
    """A place on the roster of the day: `rule` is the place of its requirement in those of the question."""

    agency: str
    group: str
    position: str
    rule: int


@dataclass(frozen=True)
class Known:
    """What is the same for everybody: the courses that requirements name; whether few have something at all."""

    named: dict[int, frozenset[int]]
    rare: Rare


@dataclass(frozen=True)
class PeopleList:
    """The people behind one figure; `agencies` narrows it to some, `which` is one of `NAMES`."""

    question: Question
    agencies: Collection[int] | None
    which: str

    def size(self) -> int:
        """How many they are, before anybody is read; one query."""
        found = self._fetched(1)
        return int(found[0][2]) if found else 0

    def paper(self) -> Paper:
        """Made anew for each file: its rows are read once."""
        asked = self.question
        span = f"{asked.period.label} (từ ngày {paper_date(asked.period.starts_on)} đến ngày {paper_date(asked.day)})"
        abstract = f"{self.title.removeprefix('Danh sách ')}\n{span}"
        abstract = abstract[0].upper() + abstract[1:]
        with override("vi"):
            head = of_plan(asked.task.plan, asked.seen_on or asked.day, kind="Danh sách", abstract=abstract)
        table = Table(COLUMNS, self.rows(), notes=self._notes())
        return Paper(head, (table,), "landscape", is_demo=settings.DEMO)

    @property
    def title(self) -> str:
        """«Danh sách người đã bồi dưỡng trong kỳ»."""
        return NAMES[self.which]

    def file_name(self) -> str:
        """«danh-sach-nguoi-trained-2026-12-14», without the ending."""
        return f"danh-sach-nguoi-{self.which.replace('_', '-')}-{self.question.day.isoformat()}"

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """One person each, by name; ten queries for each thousand."""
        people, counted = self._chosen()
        known = Known(named_courses(self.question), Rare.of(self.question))
        for start in range(0, len(people), BATCH):
            batch = people[start : start + BATCH]
            with override("vi"):
                rows = list(self._batch(batch, counted[start : start + BATCH], start, known))
            yield from rows

    def _chosen(self) -> tuple[array[int], bytearray]:
        """Ids in order, and whether each is counted: nine bytes a person. The cursor is closed before any row is
        written, so that progress may be noted meanwhile."""
        found = self._fetched(EVERYBODY)
        return array("q", (row[0] for row in found)), bytearray(1 if row[1] else 0 for row in found)

    def _fetched(self, most: int) -> list[tuple[Any, ...]]:
        """Person, whether counted, how many they are in all."""
        question, figure = behind(self.question, self.which)
        text, params = people_statement(question, self.agencies, figure)
        return fetched(text, [*params, most, 0])

    def _listing(self) -> Question:
        """The question that lists people and completions: of those who wait for a certificate, what waits alone."""
        return behind(self.question, self.which)[0]

    def _batch(
        self, people: Sequence[int], counted: Sequence[int], start: int, known: Known
    ) -> Iterator[tuple[Cell, ...]]:
        names = dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name"))
        entries, facts, days = (
            self._entries(people),
            facts_of(self.question, people, rare=known.rare),
            self._days(people),
        )
        labels = {group.value: str(group.label) for group in Group}
        for place, (pk, is_counted) in enumerate(zip(people, counted, strict=True), start=start + 1):
            here = entries[pk]
            papers = [paper for paper in facts[pk].papers if paper.is_valid and facts[pk].has(paper.counts_on)]
            yield (
                place,
                names[pk],
                _once(entry.agency for entry in here),
                _once(labels[entry.group] for entry in here),
                _once(entry.position for entry in here),
                "Có" if is_counted else "Không",
                self._why(here, facts[pk], known.named),
                "; ".join(paper.number for paper in papers),
                sum(paper.study_periods for paper in papers) or None,
                "; ".join(short_date(day) for day in days[pk]),
            )

    def _why(self, entries: Sequence[Entry], facts: Facts, named: dict[int, frozenset[int]]) -> str:
        """The sentences of the verdict; under the name of its group where there are several."""
        if not entries:
            return OFF_ROSTER
        wanted = [self.question.requirements[rule] for rule in sorted({entry.rule for entry in entries})]
        verdicts = [judge(one, facts, named=named[one.pk]) for one in wanted]
        words = [" ".join(verdict.reasons) for verdict in verdicts]
        if len(verdicts) == 1:
            return words[0]
        return "\n".join(
            f"{verdict.group_label}: {reason}" for verdict, reason in zip(verdicts, words, strict=True)
        )  # fmt: skip

    def _entries(self, people: Collection[int]) -> defaultdict[int, list[Entry]]:
        found: defaultdict[int, list[Entry]] = defaultdict(list)
        for person, *entry in entries_of(self.question, people).values_list(
            "person_id", "agency__name", "group", "position", "rule"
        ):
            found[person].append(Entry(*entry))
        return found

    def _days(self, people: Collection[int]) -> defaultdict[int, list[date]]:
        """The days of the completions of the period, as on the screen."""
        found: defaultdict[int, list[date]] = defaultdict(list)
        for person, day in completions_of(self._listing(), people).values_list("person_id", "completed_on"):
            found[person].append(day)
        return found

    def _notes(self) -> tuple[str, ...]:
        asked = self.question
        notes = []
        if self.which in ("completed", "certified", "off_roster", UNCERTIFIED):
            notes.append("Một người có thể có nhiều lượt hoàn thành hoặc nhiều giấy chứng nhận.")
        if asked.seen_on is not None:
            notes.append(f"Số liệu quy về đơn vị tại ngày {paper_date(asked.seen_on)}.")
        if asked.known_at is not None:
            notes.append(f"Theo dữ liệu đã ghi nhận đến hết ngày {paper_date(local_day(asked.known_at))}.")
        return tuple(notes)


def _once(words: Iterator[str]) -> str:
    """Each once, in order; what is empty is left out."""
    return "; ".join(word for word in dict.fromkeys(words) if word)
