"""How reports look in the API: the dataclasses of the count and the rows of closed reports, field by field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lms.coverage.counting import Report, RosterState
from lms.coverage.models import CauseKind, ReportState
from lms.coverage.question import View
from lms.coverage.trend import Point, Source
from lms.people.api_forms import OrNull, PageSerializer, TextOrNull
from lms.people.models import AgencyKind, Group
from lms.plan.models import PeriodKind

STATES = [(state.value, state.value) for state in RosterState]
SOURCES = [(source.value, source.value) for source in Source]
VIEWS = [(view.value, view.value) for view in View]


class FiguresSerializer(serializers.Serializer):
    headcount = serializers.IntegerField(
        help_text=_("People on the roster of the day to whom the requirement applies.")
    )
    trained = serializers.IntegerField(help_text=_("Of them, people who meet the requirement."))
    missing = serializers.IntegerField(help_text=_("Of them, people who do not yet."))
    rate_tenths = serializers.IntegerField(
        allow_null=True,
        help_text=_("Trained of headcount in tenths of a percent, half up: 667 is 66.7 %. Null without a headcount."),
    )
    waived = serializers.IntegerField(help_text=_("People of the headcount who are excused."))
    outside = serializers.IntegerField(
        help_text=_("People of the headcount with accepted training of other providers.")
    )
    completions = serializers.IntegerField(help_text=_("Completions of the period, whoever completed."))
    off_roster = serializers.IntegerField(help_text=_("People who completed and stand on no roster of the day."))
    certificates = serializers.IntegerField(help_text=_("Valid certificates of the period."))
    study_periods = serializers.IntegerField(help_text=_("Study periods (of 45 minutes) on those certificates."))


class RowSerializer(serializers.Serializer):
    agency = TextOrNull(source="code", help_text=_("Code of the agency; null: acts that name none."))
    name = serializers.CharField(help_text=_("As it is called in this view."), allow_blank=True)
    kind = OrNull(AgencyKind.choices, help_text=_("Null where `agency` is."))
    group = OrNull(Group.choices, help_text=_("The group; null: all groups, each person once."))
    state = serializers.ChoiceField(
        STATES, help_text=_("Where it stands with its roster. `not_listed` is not 0 people.")
    )
    stands_apart = serializers.BooleanField(help_text=_("The agency has closed, and its people wait to be moved."))
    figures = FiguresSerializer()


class GroupTotalSerializer(serializers.Serializer):
    group = serializers.ChoiceField(Group.choices)
    figures = FiguresSerializer()


class TaskRefSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    plan = serializers.CharField(source="plan.code")
    code = serializers.CharField()


class PeriodRefSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(PeriodKind.choices)
    year = serializers.IntegerField()
    number = serializers.IntegerField()
    starts_on = serializers.DateField()
    cutoff_on = serializers.DateField()


class QuestionSerializer(serializers.Serializer):
    """What was asked, with everything that was filled in: asking it again gives the same."""

    task = TaskRefSerializer()
    period = PeriodRefSerializer()
    group = OrNull(Group.choices, help_text=_("Null: all groups."))
    as_of = serializers.DateField(
        source="day", help_text=_("The day of the figures; the cut-off day unless asked otherwise.")
    )
    known_at = serializers.DateTimeField(allow_null=True, help_text=_("As known at this moment; null: now."))
    view = serializers.ChoiceField(VIEWS)
    seen_on = serializers.DateField(
        allow_null=True, help_text=_("To which day agencies are rolled up; null in view `then`.")
    )
    window_starts_on = serializers.DateField(help_text=_("Where certificates begin to add up."))


class ReportSerializer(serializers.Serializer):
    question = QuestionSerializer()
    owing_count = serializers.SerializerMethodField(help_text=_("Agencies that should have a roster on the day."))
    answered_count = serializers.IntegerField(help_text=_("Of them, those that have one or said that there is nobody."))
    total = FiguresSerializer(help_text=_("Each person once: it may be less than the sum of the rows."))
    rows = RowSerializer(many=True, help_text=_("A row an agency, by name in Vietnamese order."))
    group_totals = serializers.SerializerMethodField(help_text=_("A total a group; empty without `by_group`."))
    group_rows = RowSerializer(many=True, help_text=_("A row an agency and group; empty without `by_group`."))

    def get_owing_count(self, report: Report) -> int:
        """As the screen says «117/124»."""
        return len(report.owing)

    def get_group_totals(self, report: Report) -> GroupTotalSerializer(many=True):  # type: ignore[valid-type]
        """By the code of the group."""
        found = [{"group": group, "figures": figures} for group, figures in report.group_totals]
        return GroupTotalSerializer(found, many=True).data


class PointSerializer(serializers.Serializer):
    period = PeriodRefSerializer()
    source = serializers.ChoiceField(
        SOURCES,
        help_text=_("`closed`: from frozen rows; `live`: counted now; the others say why there is no figure."),
    )
    headcount = serializers.IntegerField(source="figures.headcount", help_text=_("People on the roster of its day."))
    trained = serializers.IntegerField(
        source="figures.trained", help_text=_("Of them, people who meet the requirement.")
    )
    rate_tenths = serializers.IntegerField(
        source="figures.rate_tenths", allow_null=True,
        help_text=_("Trained of headcount in tenths of a percent, half up: 667 is 66.7 %. Null without a headcount."),
    )  # fmt: skip
    closed_report = serializers.SerializerMethodField(
        help_text=_(
            "Id of the closed report that the figures come from; null where there is none, and for focal persons."
        )
    )

    def get_closed_report(self, point: Point) -> int | None:
        """Reports are the department's."""
        return point.closed_pk if self.context.get("tells_reports") else None


class LineSerializer(serializers.Serializer):
    question = QuestionSerializer()
    agency = serializers.CharField(
        allow_null=True, help_text=_("Code of the agency; null: all agencies, each person once.")
    )
    points = serializers.SerializerMethodField(help_text=_("A point a period, eight at most."))

    def get_points(self, told: dict[str, Any]) -> PointSerializer(many=True):  # type: ignore[valid-type]
        """The oldest first."""
        return PointSerializer(told["points"], many=True, context={"tells_reports": told["tells_reports"]}).data


class TargetSerializer(serializers.Serializer):
    agency = serializers.CharField(
        allow_null=True, help_text=_("Code of the agency; null: every agency without a target of its own.")
    )
    group = serializers.ChoiceField(Group.choices)
    percent = serializers.IntegerField(help_text=_("Percent of the headcount to be trained."))


class AimSerializer(serializers.Serializer):
    agency = serializers.CharField(source="row.code", help_text=_("Code of the agency."))
    name = serializers.CharField(source="row.name", help_text=_("As it is called in this view."))
    headcount = serializers.IntegerField(
        source="row.figures.headcount", help_text=_("People on the roster of the day.")
    )
    trained = serializers.IntegerField(
        source="row.figures.trained", help_text=_("Of them, people who meet the requirement.")
    )
    gap = serializers.IntegerField(
        source="aim.gap",
        help_text=_("How many people more have to be trained until the target is reached; 0 if it is."),
    )
    is_reached = serializers.BooleanField(source="aim.is_reached", help_text=_("Nobody is missing."))


class GroupAimSerializer(AimSerializer):
    group = serializers.ChoiceField(Group.choices, source="row.group")
    percent = serializers.IntegerField(help_text=_("Percent of the headcount to be trained."))


class TargetsSerializer(serializers.Serializer):
    question = QuestionSerializer()
    targets = TargetSerializer(many=True, help_text=_("What was set, by group."))
    rows = GroupAimSerializer(many=True, help_text=_("A row an agency and group with a target and a roster."))
    agencies = AimSerializer(
        many=True,
        help_text=_("A row an agency with all its groups: somebody who is missing in two groups is missing twice."),
    )


class ClosedSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    task = TaskRefSerializer()
    period = PeriodRefSerializer()
    version = serializers.IntegerField(help_text=_("2 follows a reopening of 1, which stays readable."))
    state = serializers.ChoiceField(ReportState.choices, help_text=_("Only `closed` is in force."))
    known_at = serializers.DateTimeField(help_text=_("The moment at which the rows were frozen."))
    closed_at = serializers.DateTimeField(allow_null=True)
    reopened_at = serializers.DateTimeField(allow_null=True)
    row_count = serializers.IntegerField(help_text=_("Frozen rows, one a person, group and agency."))
    sha256 = serializers.CharField(help_text=_("Digest over parameters and rows, in hexadecimal (docs/reports.md)."))


class ClosedPageSerializer(PageSerializer):
    results = ClosedSerializer(many=True)


class AdjustmentSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    agency = TextOrNull(source="agency_code", help_text=_("Code of the agency; null: acts that name none."))
    group = OrNull(Group.choices)
    listed_delta = serializers.IntegerField()
    trained_delta = serializers.IntegerField()
    completion_delta = serializers.IntegerField()
    certificate_delta = serializers.IntegerField()
    cause = serializers.SerializerMethodField(help_text=_("What happened."))
    recorded_at = serializers.DateTimeField()

    def get_cause(self, adjustment: Any) -> serializers.ChoiceField(CauseKind.choices):  # type: ignore[valid-type]
        """As the screen names it."""
        return adjustment.evidence.get("cause", CauseKind.RULES_CHANGED.value)


class ClosedReportSerializer(ClosedSerializer):
    view = serializers.ChoiceField(VIEWS)
    seen_on = serializers.DateField(
        allow_null=True, help_text=_("To which day agencies are rolled up; null in view `then`.")
    )
    total = FiguresSerializer(help_text=_("Each person once."))
    rows = RowSerializer(many=True, source="rows_told", help_text=_("A row an agency, from the frozen rows alone."))
    group_totals = serializers.ListField(child=GroupTotalSerializer(), help_text=_("A total a group."))
    group_rows = RowSerializer(many=True, help_text=_("A row an agency and group."))
    adjustments = AdjustmentSerializer(
        many=True, source="adjustments_told", help_text=_("What later events changed; the figures above stay.")
    )
