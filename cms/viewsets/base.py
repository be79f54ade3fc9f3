"""Screens of the CMS for our own records: rows that the role may see, one event for each change (trust.md §7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from django.db import models, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.audit.models import Event
from lms.days import local_day
from lms.people.models import User

Visible = Callable[[User, date], models.QuerySet[Any]]


class RolePolicy(BasePermissionPolicy):
    """What a role may do to rows of a model: look at what is visible; add and change where the screen offers it."""

    def __init__(self, model: type[models.Model], visible: Visible, actions: frozenset[str]) -> None:
        super().__init__(model)
        self.visible = visible
        self.actions = actions | {"view"}

    def rows(self, user: User) -> models.QuerySet[Any]:
        """The visible rows, today."""
        return self.visible(user, local_day(timezone.now()))

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in self.actions

    def user_has_any_permission(self, user: User, actions: list[str]) -> bool:
        return any(action in self.actions for action in actions)

    def user_has_permission_for_instance(self, user: User, action: str, instance: models.Model) -> bool:
        return action in self.actions and self.rows(user).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: User, actions: list[str], instance: models.Model) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: User, actions: list[str]) -> models.QuerySet[Any]:
        return self.rows(user) if self.user_has_any_permission(user, actions) else self.model.objects.none()

    def users_with_any_permission(self, actions: list[str]) -> models.QuerySet[User]:
        return User.objects.none()


def _visible_or_404(policy: RolePolicy, request: HttpRequest, pk: Any) -> Any:
    return get_object_or_404(policy.rows(request.user), pk=pk)  # type: ignore[arg-type]


class IndexView(generic.IndexView):
    """Visible rows only."""

    def get_base_queryset(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.permission_policy.rows(self.request.user)
        return rows


class CreateView(generic.CreateView):
    """A form whose row is written by `make`, with one event in the same transaction."""

    event: ClassVar[str]

    def save_instance(self) -> Any:
        now = timezone.now()
        with transaction.atomic():
            self.make(self.form.instance, self.request.user, now)
            instance = super().save_instance()
            self.after(instance, self.request.user, now)
            _tell(self.event, instance, self.request.user, now)
        return instance

    def make(self, instance: Any, user: User, now: datetime) -> None:
        """Fill in what the form does not ask."""

    def after(self, instance: Any, user: User, now: datetime) -> None:
        """Write what belongs to the new row."""


class EditView(generic.EditView):
    """A form on a visible row, with one event for the change; any other row does not exist."""

    event: ClassVar[str]

    def get_object(self, queryset: Any = None) -> Any:
        return _visible_or_404(self.permission_policy, self.request, self.kwargs[self.pk_url_kwarg])

    def save_instance(self) -> Any:
        now = timezone.now()
        with transaction.atomic():
            instance = super().save_instance()
            _tell(self.event, instance, self.request.user, now, changed=sorted(self.form.changed_data))
        return instance


class InspectView(generic.InspectView):
    """A visible row, to read."""

    def get_object(self, queryset: Any = None) -> Any:
        return _visible_or_404(self.permission_policy, self.request, self.pk)


def _tell(action: str, instance: Any, user: User, now: datetime, **data: Any) -> None:
    Event.record(
        action, object_kind=instance._meta.model_name, object_id=getattr(instance, "code", instance.pk),
        actor=str(user.public_id), now=now, data=data,
    )  # fmt: skip


class RoleViewSet(ModelViewSet):
    """A model's screens: list, and as far as offered add, edit, inspect. No delete, history, usage or export."""

    index_view_class = IndexView
    edit_view_class = EditView
    inspect_view_class = InspectView
    copy_view_enabled = False
    add_to_reference_index = False
    offers: ClassVar[frozenset[str]] = frozenset()
    list_export: ClassVar[list[str]] = []

    def visible(self, user: User, on: date) -> models.QuerySet[Any]:
        """The rows of the role."""
        rows: models.QuerySet[Any] = self.model.objects.visible_to(user, on)
        return rows

    @property
    def permission_policy(self) -> RolePolicy:
        return RolePolicy(self.model, self.visible, self.offers)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {"history_url_name": None, "usage_url_name": None, "delete_url_name": None}
        if "add" not in self.offers:
            absent["add_url_name"] = None
        if "change" not in self.offers:
            absent["edit_url_name"] = None
        common: dict[str, Any] = super().get_common_view_kwargs(**{**absent, **kwargs})
        return common

    def get_urlpatterns(self) -> list[Any]:
        names = {"index", "index_results"}
        names |= {"add"} if "add" in self.offers else set()
        names |= {"edit"} if "change" in self.offers else set()
        names |= {"inspect"} if self.inspect_view_enabled else set()
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in names]

    def get_permissions_to_register(self) -> models.QuerySet[Permission]:
        return Permission.objects.none()
