"""Whether a closed report still is what it says: against its own hash, and against the history as it was known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.coverage.freezing import rows_of
from lms.coverage.frozen import Difference, differences, digest
from lms.coverage.models import ClosedReport

MOST_NAMED = 20


@dataclass(frozen=True)
class Verdict:
    """`sealed`: parameters and rows give the hash. `unlike`: rows that the history as known then gives otherwise."""

    sealed: bool
    row_count: int
    unlike: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        """Nothing differs."""
        return self.sealed and not self.unlike

    def sentences(self) -> Iterator[str]:
        """What was found, and where: at most twenty rows by name."""
        if self.sealed:
            yield _("The hash of the frozen rows is right: %(count)s rows.") % {"count": self.row_count}
        else:
            yield _("The frozen rows or parameters are not those that were sealed.")
        if not self.unlike:
            yield _("The history as known at closing gives the same rows.")
        for one in self.unlike[:MOST_NAMED]:
            yield _(
                "Differs: agency %(agency)s, group %(group)s, %(name)s: frozen %(before)s, recounted %(after)s."
            ) % {
                "agency": one.row.agency or "–",
                "group": one.row.group or "–",
                "name": one.row.shown.get("name", one.row.person),
                "before": one.before.counts if one.before else "–",
                "after": one.after.counts if one.after else "–",
            }
        if len(self.unlike) > MOST_NAMED:
            yield _("And %(count)s more rows.") % {"count": len(self.unlike) - MOST_NAMED}


def verify(report: ClosedReport) -> Verdict:
    """Recompute from the frozen rows, and from the live history as known at closing."""
    frozen = list(report.frozen_rows())
    sealed = digest(report.parameters, frozen) == report.sha256 and len(frozen) == report.row_count
    again = rows_of(report.question(report.known_at))
    return Verdict(sealed, len(frozen), tuple(differences(frozen, again)))
