"""Nothing opens above trainee before the second step (trust.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.days import local_day
from lms.people import second_factor
from lms.people.models import User
from lms.web.refusals import answer, wants_json

ALWAYS_OPEN = frozenset({"account_logout", "wagtailadmin_logout", "set_language"})
OPEN_TO_PROVE = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
OPEN_TO_SET_UP = ("account_", "mfa_", "usersessions_")
"""Names of allauth's own screens of one's account; every other door waits."""


class SecondFactorMiddleware:
    """Leads whoever holds a role and has not passed the second step to where it is set up or given.

    Costs no query for trainees, nor for staff once they have passed: the stamp of the session says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None opens the door. Public doors too are shut: what they show depends on who looks."""
        if not self._must_pass(request):
            return None
        user = request.user
        must_prove = isinstance(user, User) and user.has_second_factor()
        request.needs_second_factor = not must_prove  # type: ignore[attr-defined]  # the page of the set-up says why
        if _is_open(request.resolver_match, must_prove=must_prove):
            return None
        if wants_json(request):
            message = _("Your role needs a second step at sign-in. Open the site in a browser first.")
            return answer(request, code="mfa_required", message=message, status=403)
        if request.method == "GET":
            request.session[second_factor.NEXT] = request.get_full_path()
        return HttpResponseRedirect(_way_to_prove(request) if must_prove else reverse("mfa_index"))

    def _must_pass(self, request: HttpRequest) -> bool:
        if not settings.MFA_REQUIRED or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return False
        user = request.user
        if not isinstance(user, User) or second_factor.is_settled(request.session, user):
            return False
        now = timezone.now()
        if user.needs_second_factor(local_day(now)):
            return True
        second_factor.note_roles(request.session, user, now=now)
        return False


def _is_open(match: ResolverMatch | None, *, must_prove: bool) -> bool:
    if match is None:
        return False
    name = match.url_name or ""
    if name in ALWAYS_OPEN or match.namespace == "operate":
        return True
    return name in OPEN_TO_PROVE if must_prove else name.startswith(OPEN_TO_SET_UP)


def _way_to_prove(request: HttpRequest) -> str:
    """The screen that asks for the code or the key, and afterwards leads on."""
    ways = [way for way in get_adapter().get_reauthentication_methods(request.user) if way["id"].startswith("mfa_")]
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return f"{ways[0]['url']}?{urlencode({'next': wanted})}"
