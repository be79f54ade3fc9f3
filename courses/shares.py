"""Attendance in figures: of all that is planned, so far, and what can still be reached (attendance §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from courses.completing import gather
from courses.models import Enrolment


@dataclass(frozen=True)
class Share:
    """In half tiết. `planned`: all required sessions that are not cancelled; `held`: those that are over."""

    earned: int
    held: int
    planned: int
    need: int
    """Percent that the class asks."""

    @property
    def percent(self) -> int:
        """Of all that is planned: what completion is decided by. Never rounded up."""
        return self.earned * 100 // self.planned if self.planned else 0

    @property
    def percent_so_far(self) -> int:
        """Of what was held."""
        return min(100, self.earned * 100 // self.held) if self.held else 0

    @property
    def percent_possible(self) -> int:
        """If nothing more is missed."""
        return (self.earned + self.planned - self.held) * 100 // self.planned if self.planned else 0

    @property
    def earned_periods(self) -> float:
        """In tiết."""
        return self.earned / 2

    @property
    def held_periods(self) -> float:
        """In tiết."""
        return self.held / 2

    @property
    def planned_periods(self) -> float:
        """In tiết."""
        return self.planned / 2


def share_of(enrolment: Enrolment, now: datetime) -> Share:
    """The figures of one enrolment; a session in which something was earned counts as held."""
    sessions = gather([enrolment], now)[enrolment.pk].sessions
    return Share(
        earned=sum(fact.earned_half for fact in sessions),
        held=sum(fact.planned_half for fact in sessions if fact.is_over or fact.earned_half),
        planned=sum(fact.planned_half for fact in sessions),
        need=enrolment.run.attendance_percent,
    )
