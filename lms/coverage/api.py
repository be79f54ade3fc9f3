"""/api/v1/: the figures of the screens, by the same count; closed reports from their frozen rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.api_shapes import ClosedPageSerializer, ClosedReportSerializer, ReportSerializer
from lms.coverage.asking import Asked, FilterForm
from lms.coverage.counting import answer
from lms.coverage.models import ClosedReport, ClosedReportQuerySet
from lms.coverage.question import Question, View
from lms.coverage.reading import read
from lms.people.api_forms import PAGING, Flag, PageForm, answers, in_path, page_of, parameters
from lms.people.bearer import Endpoint, invalid, refuse_unknown
from lms.people.permissions import door
from lms.people.views.visit import Visit
from lms.plan.models import PlanTask
from lms.refusal import Refused

SHAPE = "1"
"""Raised when the same closed report is told in another form: copies that clients hold are then out of date."""
VIEW = "`then` (nothing said): agencies as they were; `now`: rolled up to those that stand in their place today."


class CoverageQuery(FilterForm):
    """The filters of the screen, and which part of the answer."""

    task = forms.ModelChoiceField(
        queryset=PlanTask.objects.filter(requirements__isnull=False).distinct(), required=False
    )
    agency = forms.CharField(required=False, max_length=60)
    by_group = Flag(required=False)
    field_order = ("task", "period", "group", "as_of", "known_at", "view", "agency", "by_group")


class ViewQuery(forms.Form):
    """Which of the two attributions."""

    view = forms.ChoiceField(choices=[(view.value, view.value) for view in View], required=False)


DESCRIBED = {
    "task": "Id of a task that requires training; the first of the plan where nothing is said.",
    "period": "Id of a reporting period; the reporting year of today where nothing is said.",
    "group": "Only this group; all groups where nothing is said.",
    "as_of": "The day of the figures (YYYY-MM-DD), within the period; its cut-off day where nothing is said.",
    "known_at": "As known at this moment (RFC 3339); now where nothing is said. Without offset: Vietnam's time.",
    "view": VIEW,
    "agency": "Only the agency with this code. A focal person without it gets all agencies of the own reach.",
    "by_group": "Also a row and a total for each group.",
}


class Coverage(Endpoint):
    """The count of a task in a period."""

    @extend_schema(
        operation_id="coverage_retrieve", tags=["coverage"], summary="Coverage of a task in a period, agency by agency",
        parameters=parameters(CoverageQuery, DESCRIBED),
        responses=answers(ReportSerializer, "The figures that the screen shows for the same question.", 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """All agencies for the department; for a focal person those led, and those that these succeeded."""
        agencies_of_role = self._refuse_strangers()
        refuse_unknown(request.query_params, CoverageQuery.base_fields)
        asked = Asked(request, self.who.on, CoverageQuery)
        question, also = _question(asked), asked.form.cleaned_data
        agencies = _agencies(agencies_of_role, self.who, also["agency"])
        report = answer(question, agencies=agencies, by_group=also["by_group"])
        return Response(ReportSerializer(report).data)

    def _refuse_strangers(self) -> Any:
        """Raises 404 for whom no agency's figures exist."""
        own = agencies_open_to(self.who.user, self.who.on)
        if not sees_all(self.who.user, self.who.on) and not own.exists():
            raise Http404
        return own


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
        operation_id="closed_reports_list", tags=["closed reports"], summary="Reports that were closed, or wait to be",
        parameters=parameters(PageForm, PAGING),
        responses=answers(ClosedPageSerializer, "A page of reports, the latest period first.", 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """Without their rows."""
        rows = self.reports().latest_first().defer("parameters")
        return Response(ClosedPageSerializer(page_of(request, rows, self.asked(PageForm))).data)


class OneClosedReport(ClosedEndpoint):
    """One report. What is frozen may be kept: it carries a strong ETag."""

    @extend_schema(
        operation_id="closed_reports_retrieve", tags=["closed reports"], summary="One closed report, agency by agency",
        parameters=[
            in_path("id", "Id of the report, from the list.", int),
            *parameters(ViewQuery, {"view": VIEW}),
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER,
                description="The `ETag` of the copy you hold; answered with 304 while nothing changed (view `then`).",
            ),
        ],
        responses=answers(ClosedReportSerializer, "Digest, figures and adjustments. `ETag` in view `then`.", 304, 404),
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
    path("closed-reports/", _view(ClosedReports.as_view()), name="closed_reports"),
    path("closed-reports/<int:pk>/", _view(OneClosedReport.as_view()), name="closed_report"),
]
