"""What each thing may cost, and how far a figure is from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERATED = 1.5
"""A row above so many times its budget fails the run; between 1 and this it is over, and said so."""


@dataclass(frozen=True)
class Budget:
    """A limit for each engine: CPU milliseconds a request or what `unit` says; if `is_rate`, so many a CPU second at
    least."""

    name: str
    sqlite: float
    postgresql: float
    is_rate: bool = False
    unit: str = "ms"

    def on(self, vendor: str) -> float:
        """The limit on `connection.vendor`."""
        return self.postgresql if vendor == "postgresql" else self.sqlite


HOME = Budget("home, anonymous", 4, 5)
COURSE = Budget("course page, signed in", 6, 8)
CLASS = Budget("page of one's class", 6, 8)
LESSON = Budget("lesson page", 6, 8)
MY = Budget("/my/", 6, 8)
SAVE = Budget("save one answer", 2.2, 3.0)
SIGN_IN = Budget("sign-in, all requests", 60, 60)
QUIZ = Budget("whole quiz, 20 questions", 75, 100)
CHECK_IN = Budget("check-in, of three requests", 4, 5)
VERIFY = Budget("verify page", 3, 4)
COVERAGE = Budget("coverage, all agencies", 350, 250)
FULL_SIZE = Budget("coverage, 5,000 agencies", 350, 250)
FULL_SIZE_NOW = Budget("the same, as it is now", 350, 250)
FULL_SIZE_STRICT = Budget("the same, as known at a time", 1200, 800)
FULL_SIZE_FIRST = Budget("the same, first after a change", 1200, 800)
FULL_SIZE_QUERY = Budget("its count for 100 agencies", 150, 100)
FULL_SIZE_AGENCY = Budget("one agency of 5,000", 60, 60)
FULL_SIZE_PEOPLE = Budget("the people behind its figure", 60, 60)
PDF = Budget("certificate PDF by HTTP, warm", 8, 8)
CROWD = Budget("p95 of a save, 500 at a test", 300, 300)
"""Wall time: the promise is made for PostgreSQL, and SQLite is held to it as well."""
FIRST_VIEW, QUIZ_VIEW, VERIFY_VIEW = 45, 25, 15
"""Kilobytes of a page with everything it needs, as they travel."""
WEB_MEMORY = Budget("most memory of the web role", 300, 300, unit="MB")
"""On SQLite with its window on the file (`mmap_size`, up to 134 MB), which belongs to the system's cache."""
WORKER_MEMORY = Budget("most memory of the worker role", 400, 400, unit="MB")
IMPORT = Budget("roster file of 20,000 rows", 30, 30, unit="s")
IMPORT_MEMORY = Budget("most memory of reading it", 300, 300, unit="MB")
WORKBOOK = Budget("workbook of 200,000 people", 60, 60, unit="s")
WORKBOOK_MEMORY = Budget("most memory of writing it", 250, 250, unit="MB")
BATCH = Budget("certificate PDFs a CPU second", 400, 400, is_rate=True)


@dataclass(frozen=True)
class Row:
    """One figure beside its budget."""

    budget: Budget
    figure: float
    vendor: str

    @property
    def limit(self) -> float:
        """The budget on this engine."""
        return self.budget.on(self.vendor)

    @property
    def ratio(self) -> float:
        """How many times dearer than the budget: 1 is just within, whether the figure is a cost or a rate."""
        return self.limit / self.figure if self.budget.is_rate else self.figure / self.limit

    @property
    def is_within(self) -> bool:
        """The budget itself still counts as within."""
        return self.ratio <= 1

    @property
    def fails(self) -> bool:
        """So far above that the run fails."""
        return self.ratio > TOLERATED

    def __str__(self) -> str:
        unit = f"{'/s' if self.budget.is_rate else self.budget.unit:<2}"
        verdict = "OK" if self.is_within else "OVER"
        return f"{self.budget.name:<32}{self.limit:8.1f} {unit} {self.figure:9.2f} {unit} {self.ratio:7.2f}x  {verdict}"


HEADING = f"{'':<32}{'budget':>11} {'figure':>12} {'ratio':>8}"


def summary(rows: Sequence[Row]) -> str:
    """The line that ends the report."""
    within = sum(row.is_within for row in rows)
    failed = [row.budget.name for row in rows if row.fails]
    above = f"above {TOLERATED}x: {', '.join(failed)}." if failed else f"none above {TOLERATED}x."
    return f"{within} of {len(rows)} rows within their budget; {above}"
