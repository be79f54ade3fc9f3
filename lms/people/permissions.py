"""Who may do what: the registry that docs/permissions.csv is held against (trust.md §2, §3).

A view says which action it opens with `@door`; a verb that depends on who asks calls `allow` or `require`. Each
action has at most one predicate, registered beside the model it is about with `@rule`. What somebody may not even see
is left out of the queryset instead (`visible_to`), and so does not exist: 404.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lms.people.models import User
from lms.refusal import Refused

Asker = User | AnonymousUser
Predicate = Callable[..., bool]
View = Callable[..., HttpResponseBase]

ACTIONS: set[str] = set()
"""Every action that a door or a rule names."""

_RULES: dict[str, Predicate] = {}


def rule(action: str) -> Callable[[Predicate], Predicate]:
    """Register the predicate of `action`: `f(user, *objects, at) -> bool`. A second one is an error."""

    def register(predicate: Predicate) -> Predicate:
        if action in _RULES:
            raise ValueError(f"{action} already has a rule")
        ACTIONS.add(action)
        _RULES[action] = predicate
        return predicate

    return register


def allow(action: str, user: Asker, *objects: Any, at: datetime) -> bool:
    """Whether `user` may do `action` to `objects` at the moment `at`. An action without a rule is refused."""
    if not user.is_authenticated or not user.is_active:
        return False
    predicate = _RULES.get(action)
    return predicate is not None and predicate(user, *objects, at=at)


def require(action: str, user: Asker, *objects: Any, at: datetime) -> None:
    """As `allow`; raises Refused "not_permitted" (403) instead of answering False."""
    if not allow(action, user, *objects, at=at):
        raise Refused("not_permitted", _("Your role does not allow this."), status=403)


def door(*actions: str, public: bool = False, fresh: bool = False) -> Callable[[View], View]:
    """Name the actions of a view, as docs/permissions.csv spells them ("run.cancel").

    Without `public`, LoginRequiredMiddleware asks to sign in before any look-up. With `fresh`, whatever is not a
    GET asks for the password again when the last sign-in is more than 300 s ago (the `r` of the table).
    """
    ACTIONS.update(actions)

    def guard(view: View) -> View:
        inner = reauthentication_required(allow_get=True)(view) if fresh else view

        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return inner(request, *args, **kwargs)

        opened.door = actions  # type: ignore[attr-defined]
        return login_not_required(opened) if public else opened

    return guard
