"""/api/v1/: the figures of the screens, by the same count; closed reports from their frozen rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.api_shapes import (
    ClosedPageSerializer,
    ClosedReportSerializer,
    LineSerializer,
    ReportSerializer,
    TargetsSerializer,
)
from lms.coverage.asking import Asked, FilterForm
from lms.coverage.counting import Report, answer
from lms.coverage.models import ClosedReport, ClosedReportQuerySet
from lms.coverage.question import Question, View
from lms.coverage.reaching import Targets as TargetsOfAll
from lms.coverage.reaching import aims, aims_by_group, targets_of
from lms.coverage.reading import read
from lms.coverage.trend import trend
from lms.people.api_forms import PAGING, Flag, PageForm, answers, in_path, page_of, parameters
from lms.people.bearer import Endpoint, invalid, refuse_unknown
from lms.people.models import Agency
from lms.people.permissions import door
from lms.people.views.visit import Visit
from lms.plan.models import PlanTask
from lms.refusal import Refused

SHAPE = "1"
"""Raised when the same closed report is told in another form: copies that clients hold are then out of date."""
VIEW = _("`then` (nothing said): agencies as they were; `now`: rolled up to those that stand in their place today.")


class CoverageQuery(FilterForm):
    """The filters of the screen, and which part of the answer."""

    task = forms.ModelChoiceField(
        queryset=PlanTask.objects.filter(requirements__isnull=False).distinct(), required=False
    )
    agency = forms.CharField(required=False, max_length=60)
    by_group = Flag(required=False)
    field_order = ("task", "period", "group", "as_of", "known_at", "view", "agency", "by_group")


class LineQuery(FilterForm):
    """The filters of the screen, for one agency or all of them."""

    task = CoverageQuery.base_fields["task"]
    agency = forms.CharField(required=False, max_length=60)
    field_order = ("task", "period", "group", "as_of", "known_at", "view", "agency")


class ViewQuery(forms.Form):
    """Which of the two attributions."""

    view = forms.ChoiceField(choices=[(view.value, view.value) for view in View], required=False)


OF_ONE = _("The agency with this code; all agencies where nothing is said. A role of several agencies names one.")

DESCRIBED = {
    "task": _("Id of a task that requires training; the first of the plan where nothing is said."),
    "period": _("Id of a reporting period; the reporting year of today where nothing is said."),
    "group": _("Only this group; all groups where nothing is said."),
    "as_of": _("The day of the figures (YYYY-MM-DD), within the period; its cut-off day where nothing is said."),
    "known_at": _("As known at this moment (RFC 3339); now where nothing is said. Without offset: Vietnam's time."),
    "view": VIEW,
    "agency": _("Only the agency with this code. A focal person without it gets all agencies of the own reach."),
    "by_group": _("Also a row and a total for each group."),
}


class Coverage(Endpoint):
    """The count of a task in a period."""

    @extend_schema(
        operation_id="coverage_retrieve", tags=["coverage"],
        summary=_("Coverage of a task in a period, agency by agency"),
        parameters=parameters(CoverageQuery, DESCRIBED),
        responses=answers(ReportSerializer, _("The figures that the screen shows for the same question."), 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """All agencies for the department; for a focal person those led, and those that these succeeded."""
        own, question, also = self._asked(request, CoverageQuery)
        agencies = _agencies(own, self.who, also["agency"])
        report = answer(question, agencies=agencies, by_group=also["by_group"])
        return Response(ReportSerializer(report).data)

    def _asked(self, request: Any, form: type[FilterForm]) -> tuple[Any, Question, dict[str, Any]]:
        """The agencies of the role, the question, and what else was asked.

        Raises 404 for whom no agency's figures exist, and what `refuse_unknown` and `_question` raise.
        """
        own = agencies_open_to(self.who.user, self.who.on)
        if not sees_all(self.who.user, self.who.on) and not own.exists():
            raise Http404
        refuse_unknown(request.query_params, form.base_fields)
        asked = Asked(request, self.who.on, form)
        return own, _question(asked), asked.form.cleaned_data


def _agencies(own: Any, who: Visit, code: str) -> list[int] | None:
    """The ids to count; None: all. Raises 404 for an agency whose figures do not exist for this role."""
    if sees_all(who.user, who.on) and not code:
        return None
    found = list((own.filter(code=code) if code else own).values_list("pk", flat=True))
    if not found:
        raise Http404
    return found


def _question(asked: Asked) -> Question:
    """Raises Refused: parameters_invalid, nothing_to_count (422), and those of `Question.ask`."""
    if asked.refusal:
        raise asked.refusal
    if asked.form.errors:
        raise invalid(asked.form)
    if asked.form.cleaned_data["task"] not in (None, asked.task):
        raise Refused("parameters_invalid", _("The task is named by its id, in digits."), status=422)
    if asked.question is None:
        raise Refused("nothing_to_count", _("There is nothing to count for these filters."), status=422)
    return asked.question


class Line(Coverage):
    """How the rate went from period to period."""

    @extend_schema(
        operation_id="coverage_trend_retrieve", tags=["coverage"], summary=_("The rate from period to period"),
        parameters=parameters(LineQuery, DESCRIBED | {"agency": OF_ONE}),
        responses=answers(
            LineSerializer, _("The periods of the kind up to the one asked about, the oldest first."), 404
        ),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """As the line of the screen: closed periods from their frozen rows, open ones as counted now."""
        own, question, also = self._asked(request, LineQuery)
        agency = _one(own, self.who, also["agency"])
        report = answer(question, agencies=[agency.pk] if agency else None)
        told = {
            "question": question, "agency": agency.code if agency else None, "points": trend(report, agency),
            "tells_reports": sees_all(self.who.user, self.who.on),
        }  # fmt: skip
        return Response(LineSerializer(told).data)


class Targets(Coverage):
    """What is to be reached, and how many people are missing for it."""

    @extend_schema(
        operation_id="coverage_targets_retrieve", tags=["coverage"],
        summary=_("Targets, and how far agencies are from them"),
        parameters=parameters(LineQuery, DESCRIBED),
        responses=answers(TargetsSerializer, _("The targets, and the gap in people, row by row."), 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """As the screen shows them: whole people, and only where a roster says how many there are."""
        own, question, also = self._asked(request, LineQuery)
        agencies = _agencies(own, self.who, also["agency"])
        report, targets = answer(question, agencies=agencies, by_group=True), targets_of(question)
        return Response(TargetsSerializer(_told_of(report, targets, agencies)).data)


def _told_of(report: Report, targets: TargetsOfAll, agencies: list[int] | None) -> dict[str, Any]:
    """The targets set (of the agencies asked about), and every row that one of them speaks of."""
    by_group, together = aims_by_group(report.group_rows, targets), aims(report, targets)
    codes = dict(Agency.objects.filter(pk__in={pk for pk, _group in targets if pk}).values_list("pk", "code"))
    return {
        "question": report.question,
        "targets": [
            {"agency": codes.get(pk) if pk else None, "group": group, "percent": percent}
            for (pk, group), percent in sorted(
                targets.items(), key=lambda one: (one[0][1], codes.get(one[0][0] or 0, ""))
            )
            if agencies is None or pk is None or pk in agencies
        ],
        "rows": [
            {"row": row, "aim": by_group[key], "percent": by_group[key].percents[0]}
            for row in report.group_rows
            if (key := (row.agency_id, row.group)) in by_group
        ],
        "agencies": [{"row": row, "aim": together[row.agency_id]} for row in report.rows if row.agency_id in together],
    }


def _one(own: Any, who: Visit, code: str) -> Agency | None:
    """The agency of a line; None: all of them. Raises 404 for one whose figures do not exist for this role, Refused
    parameters_invalid where a role of several agencies names none."""
    if sees_all(who.user, who.on) and not code:
        return None
    found: list[Agency] = list((own.filter(code=code) if code else own)[:2])
    if not found:
        raise Http404
    if len(found) > 1:
        raise Refused("parameters_invalid", _("Say which agency: the line is that of one."), status=422)
    return found[0]


class ClosedEndpoint(Endpoint):
    """Closed reports are the department's, as on the site."""

    def reports(self) -> ClosedReportQuerySet:
        """Raises 404 for everybody else."""
        if not sees_all(self.who.user, self.who.on):
            raise Http404
        return ClosedReport.objects.frozen().select_related("task__plan", "period")


class ClosedReports(ClosedEndpoint):
    """The list."""

    @extend_schema(
        operation_id="closed_reports_list", tags=["closed reports"],
        summary=_("Reports that were closed, or wait to be"),
        parameters=parameters(PageForm, PAGING),
        responses=answers(ClosedPageSerializer, _("A page of reports, the latest period first."), 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """Without their rows."""
        rows = self.reports().latest_first().defer("parameters")
        return Response(ClosedPageSerializer(page_of(request, rows, self.asked(PageForm))).data)


class OneClosedReport(ClosedEndpoint):
    """One report. What is frozen may be kept: it carries a strong ETag."""

    @extend_schema(
        operation_id="closed_reports_retrieve", tags=["closed reports"],
        summary=_("One closed report, agency by agency"),
        parameters=[
            in_path("id", _("Id of the report, from the list."), int),
            *parameters(ViewQuery, {"view": VIEW}),
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER,
                description=_(
                    "The `ETag` of the copy you hold; answered with 304 while nothing changed (view `then`)."
                ),
            ),
        ],
        responses=answers(
            ClosedReportSerializer, _("Digest, figures and adjustments. `ETag` in view `then`."), 304, 404
        ),
    )  # fmt: skip
    def get(self, request: Any, pk: int) -> HttpResponse:
        """Under the names of its day, or of today's agencies."""
        found = self.reports()
        is_now = self.asked(ViewQuery)["view"] == View.NOW
        closed = get_object_or_404(found, pk=pk)
        adjustments = list(closed.adjustments.order_by("number"))
        tag = _tag(closed, len(adjustments))
        if not is_now and (held := get_conditional_response(request._request, etag=tag)):
            return _kept(held, tag)
        report: Any = read(closed, seen_on=self.who.on if is_now else None)
        told: Any = closed
        told.view, told.seen_on = report.question.view.value, report.question.seen_on
        told.total, told.rows_told, told.group_rows = report.total, report.rows, report.group_rows
        told.group_totals = [{"group": group, "figures": figures} for group, figures in report.group_totals]
        told.adjustments_told = adjustments
        response = Response(ClosedReportSerializer(told).data)
        return response if is_now else _kept(response, tag)


def _tag(closed: ClosedReport, adjustment_count: int) -> str:
    """Whatever the answer says follows from this: frozen rows, state, number of adjustments, form."""
    return f'"{SHAPE}-{closed.sha256}-{closed.state}-{adjustment_count}"'


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    """The client may keep it, and asks each time whether it still stands."""
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


_view = door("coverage.read_api", public=True)
urlpatterns: list[URLPattern] = [
    path("coverage/", _view(Coverage.as_view()), name="coverage"),
    path("coverage/trend/", _view(Line.as_view()), name="coverage_trend"),
    path("coverage/targets/", _view(Targets.as_view()), name="coverage_targets"),
    path("closed-reports/", _view(ClosedReports.as_view()), name="closed_reports"),
    path("closed-reports/<int:pk>/", _view(OneClosedReport.as_view()), name="closed_report"),
]
