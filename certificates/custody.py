"""Who keeps the books of an issuer that has ended (domain.md §9): confirming and replacing pass to the functional
successor, else to the body above; revoking passes to the body above. Derived from successions."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from certificates.models import Series
from lms.people.models import Agency, Succession
from lms.people.models.agencies import MOST_CHANGES
from lms.people.rollup import Graph
from lms.plan.parties import holder
from lms.refusal import Refused


def custodian_of(agency: Agency, on: date) -> Agency | None:
    """The agency itself while it stands, which costs no query; else its functional successor on that day; else the
    successor of its parent; None where nobody can be named."""
    return agency if agency.is_on(on) else _heir(agency, on, Succession.objects.graph())


def _heir(agency: Agency, on: date, graph: Graph) -> Agency | None:
    here: Agency | None = agency
    for _step in range(MOST_CHANGES):
        if here is None:
            break
        found = holder(graph, here.pk, on)
        if found is not None:
            return Agency.objects.select_related("parent").get(pk=found)
        here = here.parent
    return None


def keeper_of(series: Series, on: date) -> Agency | None:
    """Who keeps this book: whom a decision named, else whom the successions name."""
    return custodian_of(series.custodian or series.issuer, on)


def revoker_of(series: Series, on: date) -> Agency | None:
    """Who revokes what this book holds: the issuer while it stands, else the body directly above it, or that body's
    successor (Circular 03/2023, Art. 8; to be checked by a lawyer)."""
    if series.issuer.is_on(on):
        return series.issuer
    return custodian_of(series.issuer.parent, on) if series.issuer.parent else None


def issuer_on(agency: Agency, on: date) -> Agency:
    """Who issues in the place of `agency` on that day. Raises Refused "not_custodian" where nobody can be named."""
    found = custodian_of(agency, on)
    if found is None:
        raise _nobody(agency)
    return found


def keeper_on(series: Series, on: date) -> Agency:
    """Who replaces and confirms what this book holds. Raises Refused "not_custodian" where nobody can be named."""
    found = keeper_of(series, on)
    if found is None:
        raise _nobody(series.issuer)
    return found


def open_series(issuer: Agency, on: date) -> Series:
    """The book in which `issuer` numbers certificates dated `on`.

    Raises Refused: series_not_opened, or series_closed where all of that year are closed.
    """
    series = Series.objects.for_issue(issuer, on).select_related("issuer__parent").first()
    if series is not None:
        return series
    named = {"issuer": issuer.name, "year": on.year}
    if Series.objects.filter(issuer=issuer, year=on.year).exists():
        raise Refused("series_closed", _("The series of %(issuer)s for %(year)s is closed.") % named)
    raise Refused(
        "series_not_opened",
        _("%(issuer)s has no open series of certificates for %(year)s. Ask an administrator to open one.") % named,
    )


def _nobody(agency: Agency) -> Refused:
    return Refused(
        "not_custodian",
        _("%(agency)s does not exist any more, and nobody can be named in its place. An administrator hands the series "
          "to a custodian first.") % {"agency": agency},
    )  # fmt: skip
