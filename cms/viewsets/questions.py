"""The question bank, to read: whoever teaches the course sees keys and feedback here, and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column

from cms.viewsets.base import InspectView, RoleViewSet
from courses.grading import reveal
from courses.models import Question
from lms.audit.models import Event
from lms.days import local_day
from lms.people.models import Role, User


class QuestionInspectView(InspectView):
    """A question in its newest version, with its key. An administrator's look leaves an event."""

    template_name = "cms/question.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        user = self.request.user
        if user.holds(Role.ADMINISTRATOR, on=local_day(now)):
            Event.record(
                "question.read_bank_with_keys", object_kind="question", object_id=self.object.code,
                actor=str(user.public_id), now=now,
            )  # fmt: skip
        version = self.object.versions.order_by("-number").first()
        options = list(version.options.order_by("position")) if version else []
        revealed = reveal([version.pk])[version.pk] if version else None
        return {**super().get_context_data(**kwargs), "version": version, "options": options, "revealed": revealed}


class QuestionViewSet(RoleViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_order = 130
    add_to_admin_menu = True
    inspect_view_enabled = True
    inspect_view_class = QuestionInspectView
    list_display = (
        "code",
        Column("category", label=_("Category")),
        BooleanColumn("is_active", label=_("In use"), sort_key="is_active"),
    )
    ordering = ("code", "pk")
    list_per_page = 50
    form_fields = ("code",)

    def visible(self, user: User, on: date) -> models.QuerySet[Any]:
        """Questions of the courses one teaches, and shared ones."""
        return Question.objects.visible_to(user, on).select_related("category")
