"""Runs of the courses that a trainer teaches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.viewsets.base import CreateView, EditView, RoleViewSet
from courses.models import Course, Run, RunTrainer
from lms.days import local_day
from lms.people.models import Agency, Role, User


class RunForm(WagtailAdminModelForm):
    """A run of an own course, organised by an agency that exists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "issuer" in self.fields:
            self.fields["issuer"].queryset = Agency.objects.filter(closed_on=None).reporting().in_order()
        for name in ("starts_on", "ends_on"):
            if name in self.fields:
                self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RunCreateView(CreateView):
    """A trainer opens runs of own courses; the seats are open to all until quotas reserve some."""

    event = "run.create"

    def make(self, instance: Run, user: User, now: datetime) -> None:
        if not Course.objects.taught_by(user, local_day(now)).filter(pk=instance.course_id).exists():
            raise PermissionDenied
        instance.created_at = now
        instance.pool_seats = instance.seats

    def after(self, instance: Run, user: User, now: datetime) -> None:
        RunTrainer.objects.create(run=instance, user=user)


class RunEditView(EditView):
    event = "run.edit_dates_places_quotas"


class RunViewSet(RoleViewSet):
    model = Run
    icon = "date"
    menu_label = _("Runs")
    menu_order = 120
    add_to_admin_menu = True
    offers = frozenset({"add", "change"})
    add_view_class = RunCreateView
    edit_view_class = RunEditView
    list_display = ("__str__", "starts_on", "ends_on", "state")
    ordering = ("-starts_on", "-pk")
    panels = (
        FieldRowPanel([FieldPanel("course", heading=_("Course")), FieldPanel("year"), FieldPanel("number")]),
        FieldPanel("issuer"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("study_periods")]),
        FieldRowPanel([FieldPanel("entry"), FieldPanel("attendance_percent")]),
        FieldPanel("funding"),
    )

    def get_form_class(self, for_update: bool = False) -> Any:  # noqa: FBT001, FBT002 — Wagtail's signature
        self.base_form_class = RunForm
        return super().get_form_class(for_update)

    def visible(self, user: User, on: date) -> models.QuerySet[Any]:
        """Runs of the courses one teaches; an administrator sees all, and sets up rather than runs classes."""
        if user.holds(Role.ADMINISTRATOR, on=on):
            return Run.objects.all()
        return Run.objects.filter(course__in=Course.objects.taught_by(user, on))
