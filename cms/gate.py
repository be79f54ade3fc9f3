"""The gate before Wagtail's admin (trust.md §4): closed doors first, then sign-in, then the role.

Closed are Wagtail's own ways to sign in, to reset a password, to manage accounts and groups, and every spreadsheet
export: they answer 404 to all, and their names keep reversing. Without the gate, `/cms/login/` would stay a second
front door whatever the settings say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.datastructures import MultiValueDictKeyError

from cms import literal_words
from cms.access import may_open, sync_groups
from lms.days import local_day
from lms.people.models import Role, User

View = Callable[..., HttpResponseBase]

CLOSED_NAMES = frozenset({"wagtailadmin_login", "wagtailadmin_account", "wagtailadmin_error_test"})
CLOSED_PREFIXES = ("wagtailadmin_password_reset", "wagtailusers_")
CLOSED_NAMESPACES = ("wagtailusers_users", "wagtailusers_groups", "wagtailadmin_api")
ADMINISTRATORS_SPACES = frozenset(
    {
        "wagtailadmin_collections",
        "wagtailadmin_reports",
        "wagtailadmin_workflows",
        "wagtailredirects",
        "wagtailsites",
    }
)
"""Screens that do not exist for trainers (permissions.csv, cms rows)."""
OPEN_NAMES = frozenset({"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"})


def is_closed(request: HttpRequest) -> bool:
    """Whether the address stays shut for everybody."""
    match = request.resolver_match
    if match is None:
        return True
    name = match.url_name or ""
    return (
        name in CLOSED_NAMES
        or name.startswith(CLOSED_PREFIXES)
        or any(space in CLOSED_NAMESPACES for space in match.namespaces)
        or "export" in request.GET
        or not str(match.kwargs.get("pk", 0)).isdigit()
    )


def _lacks_a_field(request: HttpRequest) -> bool:
    """A form of Wagtail's that was sent without what its page always sends: there it ends in an error 500."""
    match = request.resolver_match
    return (
        request.method == "POST"
        and match is not None
        and match.url_name == "wagtailadmin_choose_page_external_link"
        and "external-link-chooser-url" not in request.POST
    )


def gate(view: View) -> View:
    """Wrap a view of Wagtail's admin."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_closed(request):
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        match = _opened(request)
        if match.url_name == "wagtailadmin_logout":
            if request.method == "POST":
                logout(request)
            return HttpResponseRedirect("/")
        if _lacks_a_field(request):
            return HttpResponseBadRequest()
        try:
            with nullcontext() if getattr(view, "commits_itself", False) else _whole(request):
                return literal_words.say(view(request, *args, **kwargs))
        except MultiValueDictKeyError:
            return HttpResponseBadRequest()

    return login_not_required(gated)


def _whole(request: HttpRequest) -> AbstractContextManager[Any]:
    """A form of Wagtail's that lacks a field fails half-way: what it wrote until then is taken back."""
    return nullcontext() if request.method in ("GET", "HEAD") else transaction.atomic()


def _opened(request: HttpRequest) -> ResolverMatch:
    """The address, for whoever may open it, with the groups of today's roles. Raises Http404 for everybody else."""
    match, user, today = request.resolver_match, request.user, local_day(timezone.now())
    if match is None or not isinstance(user, User) or not may_open(user, today):
        raise Http404
    if ADMINISTRATORS_SPACES.intersection(match.namespaces) and not user.holds(Role.ADMINISTRATOR, on=today):
        raise Http404
    sync_groups(user, today)
    return match
