"""Draft → submitted → approved → published, in Wagtail's workflow, with another person's yes (learning.md §2).

Whoever edited a page last does not approve it; sending it back needs a reason.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Page, Revision, Task, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask
from wagtail.permission_policies.pages import PagePermissionPolicy

from lms.people.models import User
from lms.refusal import Refused

WORKFLOW = "Duyệt bài giảng"


class ReasonForm(TaskStateCommentForm):
    """Sending back says why."""

    comment = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)


class ReviewTask(Task):
    """The one step of the workflow: somebody who may edit the course, but did not edit last."""

    class Meta:
        verbose_name = _("review by a second person")

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        """Nobody more than by the rights of the course."""
        return False

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """Whoever may edit goes on editing, and then needs somebody else's yes."""
        return False

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, Any, bool]]:
        """Approve and send back, for every editor of the course but the last."""
        if not may_edit(obj, user) or is_last_editor(obj.get_latest_revision(), user):
            return []
        return [("reject", _("Send back"), True), ("approve", _("Approve"), False)]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReasonForm if action == "reject" else TaskStateCommentForm

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> None:
        """Raises Refused: self_approval; reason_required (422) where a page is sent back without a word."""
        require_other_editor(task_state.revision.content_object.get_latest_revision(), user)
        if action_name == "reject" and not (kwargs.get("comment") or "").strip():
            raise Refused("reason_required", _("Say why the lesson is sent back."), status=422)
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[Any]:
        """What waits for this person, on the dashboard."""
        editable = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        mine = editable.filter(pk__in=[int(key) for key in waiting.values_list("workflow_state__object_id", flat=True)])
        keys = [str(key) for key in mine.values_list("pk", flat=True)]
        return waiting.filter(workflow_state__object_id__in=keys).exclude(revision__user=user)

    @classmethod
    def get_description(cls) -> str:
        return gettext("Another trainer of the course, or an administrator, approves")


def may_edit(page: Page, user: User) -> bool:
    """By the rights of the course (cms/access.py)."""
    return PagePermissionPolicy().user_has_permission_for_instance(user, "change", page)


def is_last_editor(revision: Revision | None, user: User | None) -> bool:
    """Whether these words are this person's own."""
    return revision is not None and user is not None and revision.user_id == user.pk


def require_other_editor(revision: Revision | None, user: User | None) -> None:
    """Raises Refused "self_approval" (403)."""
    if is_last_editor(revision, user):
        raise Refused("self_approval", _("You edited this last, so somebody else has to approve it."), status=403)


def was_approved_by(page: Page, user: User) -> bool:
    """Whether the newest workflow of the page ended with the yes of this person."""
    newest = WorkflowState.objects.for_instance(page).order_by("-pk").select_related("current_task_state").first()
    if newest is None or newest.status != WorkflowState.STATUS_APPROVED or newest.current_task_state is None:
        return False
    return bool(newest.current_task_state.finished_by_id == user.pk)


def make_workflow(page: Page) -> Workflow:
    """The workflow of all courses, for what lies below `page`. Idempotent; what an administrator changed stays."""
    workflow = Workflow.objects.filter(name=WORKFLOW).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=WORKFLOW)
        task, _new = ReviewTask.objects.get_or_create(name="Người thứ hai duyệt")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowPage.objects.get_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def notice_to(page: Page) -> list[User]:
    """Who may approve the newest words of the page: editors of the course but the last one."""
    editors = PagePermissionPolicy().users_with_permission_for_instance("change", page)
    last = page.get_latest_revision()
    return [user for user in editors.filter(is_active=True).order_by("pk") if not is_last_editor(last, user)]
