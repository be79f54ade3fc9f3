"""The figures of a report. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lms.web.formatting import percent_tenths


@dataclass(frozen=True)
class Figures:
    """`headcount` and `trained` are people on the roster of the day; `completions`, `certificates` and
    `study_periods` (tiết on those certificates) are acts of the period; `off_roster` are people who completed and are
    on no roster of the day. `waived` and `outside` are people of the headcount who are excused from the requirement, or
    whose training at another provider in the period was accepted."""

    headcount: int = 0
    trained: int = 0
    completions: int = 0
    off_roster: int = 0
    certificates: int = 0
    study_periods: int = 0
    waived: int = 0
    outside: int = 0

    @property
    def missing(self) -> int:
        """People on the roster who are not trained yet."""
        return self.headcount - self.trained

    @property
    def rate_tenths(self) -> int | None:
        """Trained of headcount in tenths of a percent, half up; None without a headcount. Never above 1000."""
        return percent_tenths(self.trained, self.headcount)
