"""Who is not signed in: pages lead to the login, programs are told (trust.md §2, L)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from lms.web.refusals import answer, wants_json


class SignInMiddleware(LoginRequiredMiddleware):
    """As Django's, but 401 in JSON for whoever asks for JSON: a script cannot fill in the login page."""

    def handle_no_permission(  # type: ignore[override]  # Django's annotation knows of the redirect alone
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """401 or the login page."""
        if wants_json(request):
            return answer(request, code="sign_in_first", message=_("Please sign in."), status=401)
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response
