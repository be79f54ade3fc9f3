"""/api/v1/: agencies on a day, and what became of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from lms.people.api_forms import (
    PAGING,
    Flag,
    NothingForm,
    PageForm,
    PageSerializer,
    answers,
    in_path,
    page_of,
    parameters,
)
from lms.people.bearer import Endpoint
from lms.people.forms import AgencyFilter
from lms.people.lineage import lineage
from lms.people.models import Agency, AgencyKind, Succession, SuccessionKind
from lms.people.permissions import door


def agency_of_code(code: str) -> str:
    """The code, if an agency has it. Raises ValidationError."""
    if code and not Agency.objects.filter(code=code).exists():
        raise forms.ValidationError(_("There is no agency with this code."))
    return code


class AgencyQuery(PageForm, AgencyFilter):
    """The filters of the screen, a parent, and a page."""

    parent = forms.CharField(required=False, max_length=60)
    ended = Flag(required=False)  # type: ignore[assignment]  # true and false, where the screen has a box
    tree = None  # type: ignore[assignment]  # Django's way to drop the field: the tree of the screen is `parent` here
    field_order = ("on", "kind", "parent", "q", "ended", "limit", "offset")

    def clean_parent(self) -> str:
        return agency_of_code(self.cleaned_data["parent"])


class SuccessionQuery(PageForm):
    """Successions of one agency, or all."""

    agency = forms.CharField(required=False, max_length=60)
    field_order = ("agency", "limit", "offset")

    def clean_agency(self) -> str:
        return agency_of_code(self.cleaned_data["agency"])


class AgencySerializer(serializers.Serializer):
    code = serializers.CharField(help_text=_("For ever of this agency; statistical codes are reused."))
    name = serializers.CharField(help_text=_("Official name, in Vietnamese."))
    kind = serializers.ChoiceField(AgencyKind.choices)
    parent = serializers.CharField(source="parent.code", allow_null=True, help_text=_("Code of the parent agency."))
    established_on = serializers.DateField(allow_null=True, help_text=_("First day; null: before anybody remembers."))
    closed_on = serializers.DateField(allow_null=True, help_text=_("First day on which it is not there any more."))
    stat_code = serializers.CharField(allow_blank=True, help_text=_("Statistical code, may be empty."))


class AgencyPageSerializer(PageSerializer):
    on = serializers.DateField(help_text=_("The day of the list."))
    results = AgencySerializer(many=True)


class SuccessionSerializer(serializers.Serializer):
    predecessor = serializers.CharField(source="predecessor.code", help_text=_("Code of the agency that passed on."))
    successor = serializers.CharField(
        source="successor.code", allow_null=True, help_text=_("Code of its successor; null: dissolved.")
    )
    kind = serializers.ChoiceField(SuccessionKind.choices)
    scope = serializers.CharField(help_text=_("`all`, `part`, or the function that was passed on."))
    on = serializers.DateField(help_text=_("First day at the successor."))
    legal_basis = serializers.CharField(allow_blank=True)


class SuccessionPageSerializer(PageSerializer):
    results = SuccessionSerializer(many=True)


class StepSerializer(SuccessionSerializer):
    depth = serializers.IntegerField(help_text=_("1 touches the agency itself, 2 and 3 lie further."))

    def to_representation(self, instance: Any) -> Any:
        """A `Link` of lms.people.lineage: its step, and how far it lies."""
        fields: dict[str, Any] = SuccessionSerializer(instance.step).data
        return fields | {"depth": instance.depth}


class AgencyDetailSerializer(AgencySerializer):
    predecessors = StepSerializer(many=True, help_text=_("Successions into the agency, the nearest first."))
    successors = StepSerializer(many=True, help_text=_("Successions out of it, the nearest first."))


class Agencies(Endpoint):
    """The list of agencies as it was on a day."""

    @extend_schema(
        operation_id="agencies_list", tags=["agencies"], summary=_("Agencies that existed on a day"),
        parameters=parameters(AgencyQuery, PAGING | {
            "on": _("The day (YYYY-MM-DD); today where nothing is said."),
            "kind": _("Only agencies of this kind."),
            "parent": _("Only agencies directly below the one with this code."),
            "q": _("Words of the name, with or without marks, or the code."),
            "ended": _("Also agencies of other times: those that have closed, and those still to come."),
        }),
        responses=answers(AgencyPageSerializer, _("A page of agencies, by name in Vietnamese order.")),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """Agencies of the day, as the list on the site."""
        asked = self.asked(AgencyQuery)
        on = asked["on"] or self.who.on
        rows = Agency.objects.visible_to(self.who.user).standing()
        rows = rows if asked["ended"] else rows.on(on)
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["parent"]:
            rows = rows.filter(parent__code=asked["parent"])
        rows = rows.matching(asked["q"]).in_order().select_related("parent")
        return Response(AgencyPageSerializer(page_of(request, rows, asked) | {"on": on}).data)


class OneAgency(Endpoint):
    """One agency, whatever its time."""

    @extend_schema(
        operation_id="agencies_retrieve",
        parameters=[in_path("code", _("Code of the agency."))], tags=["agencies"],
        summary=_("One agency with its history"),
        responses=answers(AgencyDetailSerializer, _("The agency with its successions."), 404),
    )  # fmt: skip
    def get(self, request: Any, code: str) -> Response:
        """Facts, predecessors, successors."""
        self.asked(NothingForm)
        found: Any = get_object_or_404(Agency.objects.visible_to(self.who.user).select_related("parent"), code=code)
        found.predecessors, found.successors = lineage(found)
        return Response(AgencyDetailSerializer(found).data)


class Successions(Endpoint):
    """Who stands in whose place."""

    @extend_schema(
        operation_id="successions_list", tags=["agencies"], summary=_("Successions between agencies"),
        parameters=parameters(SuccessionQuery, PAGING | {
            "agency": _("Only successions from or to the agency with this code."),
        }),
        responses=answers(SuccessionPageSerializer, _("A page of successions, the oldest first.")),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """As known today; what was undone is not there."""
        asked = self.asked(SuccessionQuery)
        seen = Agency.objects.visible_to(self.who.user)
        rows = Succession.objects.known().filter(predecessor__in=seen).select_related("predecessor", "successor")
        if asked["agency"]:
            rows = rows.filter(Q(predecessor__code=asked["agency"]) | Q(successor__code=asked["agency"]))
        return Response(SuccessionPageSerializer(page_of(request, rows.order_by("on", "pk"), asked)).data)


_view = door("agency.view", public=True)
urlpatterns: list[URLPattern] = [
    path("agencies/", _view(Agencies.as_view()), name="agencies"),
    path("agencies/<str:code>/", _view(OneAgency.as_view()), name="agency"),
    path("successions/", _view(Successions.as_view()), name="successions"),
]
