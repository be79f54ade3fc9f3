"""/agency/: what a focal person has to do, and how the agency stands (domain.md §15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from courses.models import Quota, Reply, ReplyState
from lms.coverage.access import sees_all
from lms.coverage.asking import Asked
from lms.coverage.confirmations import AgencyConfirmation, digest, shown
from lms.coverage.counting import AgencyRow, Report, RosterState, answer
from lms.coverage.reaching import aims, aims_by_group, targets_of
from lms.days import local_day
from lms.people.models import Agency
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.plan.models import Period, PeriodKind

REMEMBERED = timedelta(days=60)
"""So long after its cut-off day a period without a confirmation stays among the things to do."""


@dataclass(frozen=True)
class Invitation:
    """A round that waits for the agency's list: until when, and for how many seats (None: no quota)."""

    reply: Reply
    until: date
    days_left: int
    seats: int | None


@dataclass(frozen=True)
class Word:
    """The agency's word on the figures of a period: what was said, whether it still fits, whether it may be given."""

    confirmation: AgencyConfirmation | None
    is_changed: bool
    is_over: bool


@door("coverage.view_agency")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The own agency; with several, the one asked for, or the list to choose from."""
    who = visit(request)
    own = _own(who)
    if not own:
        if sees_all(who.user, who.on):
            return redirect("coverage:overview")
        raise Http404
    chosen = _chosen(own, request.GET.get("agency", ""))
    if chosen is None:
        return render(request, "coverage/choose_agency.html", {"agencies": own})
    asked = Asked(request, who.on)
    report = answer(asked.question, agencies=[chosen.pk], by_group=True) if asked.question else None
    targets = targets_of(report.question) if report else {}
    by_group = aims_by_group(report.group_rows, targets) if report else {}
    return render(
        request,
        "coverage/home.html",
        {
            "agency": chosen,
            "agencies": own,
            "asked": asked,
            "report": report,
            "aim": aims(report, targets).get(chosen.pk) if report else None,
            "lines": [(row, by_group.get((row.agency_id, row.group))) for row in report.group_rows] if report else [],
            "unlisted": _unlisted(report) if report else [],
            "invitations": _invitations(chosen, who),
            "word": _word(chosen, asked, report, who) if report and not asked.group and not asked.as_of else None,
            "unconfirmed": _unconfirmed(chosen, asked, who),
            "before": [row for row in Agency.objects.led_by(who.user, who.on).in_order() if row not in own],
        },
    )


def _own(who: Visit) -> list[Agency]:
    """The agencies that the account leads itself, in order; not those they succeeded."""
    led = [grant.agency_id for grant in who.user.grants_on(who.on) if grant.role == "focal" and grant.agency_id]
    return list(Agency.objects.filter(pk__in=led).in_order()) if led else []


def _chosen(own: Sequence[Agency], code: str) -> Agency | None:
    """The agency asked for, or the only one. Raises 404 for one that is not led."""
    if not code:
        return own[0] if len(own) == 1 else None
    for agency in own:
        if agency.code == code:
            return agency
    raise Http404


def _unlisted(report: Report) -> list[AgencyRow]:
    return [row for row in report.group_rows if row.state == RosterState.NOT_LISTED]


def _invitations(agency: Agency, who: Visit) -> list[Invitation]:
    """Open rounds that have no sent list of this agency, the most urgent first: two queries."""
    waiting = list(
        Reply.objects.filter(agency=agency, state__in=[ReplyState.DRAFT, ReplyState.RETURNED])
        .filter(round__opens_at__lte=who.now, round__closes_at__gt=who.now)
        .select_related("round__run__course")
        .order_by("round__closes_at", "pk")
    )
    runs = [reply.round.run_id for reply in waiting]
    seats = dict(Quota.objects.filter(agency=agency, run__in=runs).values_list("run_id", "seats"))
    return [
        Invitation(
            reply,
            local_day(reply.round.closes_at),
            (local_day(reply.round.closes_at) - who.on).days,
            seats.get(reply.round.run_id),
        )
        for reply in waiting
    ]


def _word(agency: Agency, asked: Asked, report: Report, who: Visit) -> Word:
    """What was confirmed of these figures; one query."""
    question = report.question
    words = AgencyConfirmation.objects.of(question.task, question.period).select_related("recorded_by")
    said = words.filter(agency=agency).first()
    is_changed = said is not None and said.sha256 != digest(shown(report.total, report.group_rows))
    return Word(said, is_changed, who.on >= question.period.cutoff_on)


def _unconfirmed(agency: Agency, asked: Asked, who: Visit) -> list[Period]:
    """Periods that are over and wait for the agency's word, the latest first; months only where a day is set on which
    their report is due. One query."""
    if asked.task is None:
        return []
    said = AgencyConfirmation.objects.live().filter(task=asked.task, agency=agency).values("period")
    over = Period.objects.filter(cutoff_on__lte=who.on, cutoff_on__gt=who.on - REMEMBERED)
    over = over.exclude(kind=PeriodKind.MONTH, due_on__isnull=True)
    return list(over.exclude(pk__in=said).order_by("-cutoff_on", "starts_on", "pk"))
