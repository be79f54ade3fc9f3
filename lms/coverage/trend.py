"""How the rate went from period to period: what was closed as it was frozen, what is open counted now.

Only the roster of each period is read, by the parts of the one count: completions and certificates, which the line does
not show, cost nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Count, Q

from lms.coverage import parts
from lms.coverage.counting import Report
from lms.coverage.figures import Figures
from lms.coverage.models import ClosedReport, ClosedRow
from lms.coverage.placing import Placing
from lms.coverage.question import Question, of_kind
from lms.coverage.rolling import Moves, moves
from lms.coverage.statement import NOWHERE, Statement, fetched
from lms.days import is_on
from lms.people.models import Agency, Person
from lms.plan.models import Period, PeriodKind, Requirement
from lms.plan.models.periods import usual_first_day

MOST_PERIODS = 8
"""So many periods at most, the chosen one among them: a year of months is too wide for a telephone."""


class Source(StrEnum):
    """Where the figures of a point come from, or why there are none."""

    CLOSED = "closed"
    LIVE = "live"
    NO_ROSTER = "no_roster"
    NOT_THERE = "not_there"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True)
class Point:
    """A period of the line. Only `headcount`, `trained` and what follows from them are told of `figures`; `closed_pk`
    is the closed report that they come from, if any."""

    period: Period
    source: Source
    figures: Figures = Figures()
    closed_pk: int | None = None


def trend(report: Report, agency: Agency | None = None) -> tuple[Point, ...]:
    """The periods of the kind of the question up to its own, the oldest first, at one agency or at all of them.

    The period of the question is as the page counts it, unless it is closed and asked about as of its end. Six queries
    at most, with one more for each open period before it, and four more for one agency seen from another day.
    """
    asked = report.question
    periods = _periods(asked.period)
    closed = _closed(asked, periods)
    moved = moves(asked) if agency else Moves()
    frozen = _frozen(closed, asked, agency, moved)
    required = _requirements(asked, periods)
    points = []
    for period in periods:
        if period.pk in closed:
            pk = closed[period.pk].pk
            points.append(_point(period, Source.CLOSED, frozen.get(pk, Figures()), agency, pk))
        elif period == asked.period:
            points.append(_point(period, Source.LIVE, report.total, agency))
        elif found := required.get(period.pk):
            points.append(_point(period, Source.LIVE, _live(found, agency, moved), agency))
        else:
            points.append(Point(period, Source.NOT_REQUIRED))
    return tuple(points)


def _point(period: Period, source: Source, figures: Figures, agency: Agency | None, pk: int | None = None) -> Point:
    """What a headcount of nobody means: the agency was not there, or it had no roster."""
    if figures.headcount:
        return Point(period, source, figures, pk)
    is_there = agency is None or is_on(period.cutoff_on, agency.established_on, agency.closed_on)
    return Point(period, Source.NO_ROSTER if is_there else Source.NOT_THERE, figures, pk)


def _periods(chosen: Period) -> list[Period]:
    earlier = Period.objects.filter(kind=chosen.kind, cutoff_on__lt=chosen.cutoff_on).order_by("-cutoff_on", "-pk")
    return [*reversed(earlier[: MOST_PERIODS - 1]), chosen]


def _closed(asked: Question, periods: Sequence[Period]) -> dict[int, ClosedReport]:
    """The report in force of each closed period; of the period asked about only as of its end."""
    found = ClosedReport.objects.in_force(asked.known_at).filter(task=asked.task, period__in=periods)
    if asked.day != asked.period.cutoff_on:
        found = found.exclude(period=asked.period)
    return {report.period_id: report for report in found.order_by("period_id", "version")}


def _frozen(
    closed: Mapping[int, ClosedReport], asked: Question, agency: Agency | None, moved: Moves
) -> dict[int, Figures]:
    """Headcount and trained of closed reports from their rows: one query, whatever their number."""
    if not closed:
        return {}
    rows = ClosedRow.objects.filter(report__in=list(closed.values()))
    if asked.group:
        rows = rows.filter(group=asked.group)
    if agency is not None:
        rows = rows.filter(_seen_at(agency, moved))
    people = {
        "headcount": Count("person", filter=Q(is_listed=True), distinct=True),
        "trained": Count("person", filter=Q(is_trained=True), distinct=True),
    }
    found = rows.order_by().values("report_id").annotate(**people).values_list("report_id", *people)
    return {pk: Figures(headcount=headcount, trained=trained) for pk, headcount, trained in found}


def _seen_at(agency: Agency, moved: Moves) -> Q:
    """The frozen rows that are seen at the agency: its own, those of agencies whose place it took, and person by person
    those of agencies that were divided."""
    if not moved:
        return Q(agency_code=agency.code)
    wholly = [old for old, place in moved.whole.items() if place == agency.pk]
    here = Q(agency_code__in=Agency.objects.filter(pk__in=wholly).values("code"))
    if agency.pk not in moved.whole:
        gone = {person for (old, person) in moved.person_wise if old == agency.pk}
        here |= Q(agency_code=agency.code) & ~Q(person__in=_ids(gone))
    came = {pair for pair, place in moved.person_wise.items() if place == agency.pk and pair[0] != agency.pk}
    for old, code in Agency.objects.filter(pk__in={old for old, _person in came}).values_list("pk", "code"):
        here |= Q(agency_code=code, person__in=_ids({person for place, person in came if place == old}))
    return here


def _ids(people: Collection[int]) -> object:
    return Person.objects.filter(pk__in=people).values("public_id")


def _requirements(asked: Question, periods: Sequence[Period]) -> dict[int, Question]:
    """The same question of each period in which something is required; two queries at most for all of them.

    The twin of `Question.ask`, which looks at one period at a time.
    """
    kinds = [asked.period.kind, PeriodKind.YEAR]
    known = Requirement.objects.filter(task=asked.task).as_known(asked.known_at)
    rows = [row for row in known if row.period_kind in kinds]
    years = Period.objects.years().filter(year__in={period.year for period in periods})
    first_days = dict(years.values_list("year", "starts_on"))
    found: dict[int, Question] = {}
    for period in periods:
        now = [row for row in rows if is_on(period.cutoff_on, row.starts_on, row.ends_on)]
        kept = tuple(row for row in of_kind(now, period) if not asked.group or row.group == asked.group)
        if kept:
            first = period.starts_on
            if kept[0].period_kind == PeriodKind.YEAR:
                first = min(first, first_days.get(period.year, usual_first_day(period.year)))
            found[period.pk] = replace(
                asked, period=period, day=period.cutoff_on, requirements=kept, window_starts_on=first
            )
    return found


def _live(question: Question, agency: Agency | None, moved: Moves) -> Figures:
    """Headcount and trained as `count` would give them: one query."""
    agencies = None if agency is None else [agency.pk]
    sources = agencies if agencies is None or not moved else moved.sources(agencies) or {NOWHERE}
    built = Statement(question.known_at)
    parts.roster(built, question, sources)
    counted = Placing(built, moved, agencies).people("counted")
    text = (
        f"WITH {', '.join(built.parts)} SELECT COUNT(DISTINCT person_id), "  # noqa: S608 - our own names
        f"COUNT(DISTINCT CASE WHEN is_trained = 1 THEN person_id END) FROM {counted}"
    )
    ((headcount, trained),) = fetched(text, built.params)
    return Figures(headcount=headcount, trained=trained)
