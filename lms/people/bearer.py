"""The door of programs: a token in the Authorization header, nothing else (trust.md §4; docs/api.md).

No session, no cookie, no form: so nothing here can be done in somebody's name by a page that they look at. Every answer
is JSON, an error too: `{"code", "message", "details"}`, with the codes and sentences of the screens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.days import local_day
from lms.people.limits import seconds_to_wait
from lms.people.models import ApiToken, User
from lms.people.permissions import ACTIONS
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

ACTIONS |= {"token.use_expired_or_revoked", "token.write_with_read_scope"}  # refused at every address of the API
PER_MINUTE = 600
REALM = 'Bearer realm="api"'


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer taphuan_…`: the account of the token, in the role of the token."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        """None without the header. One answer for every token that opens nothing, whatever the reason."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = ApiToken.objects.of_secret(secret.strip())
        if token is None:
            raise _dead()
        user = token.user.acting_as(token.role)
        if not token.is_alive(now):
            raise _dead()
        wait = seconds_to_wait(f"api:{token.pk}", PER_MINUTE, at=now)
        if wait:
            message = _("More than %(most)s requests in a minute. Wait and try again.") % {"most": PER_MINUTE}
            raise Refused("too_many_requests", message, status=429, retry_after=wait)
        token.note_use(local_day(now))
        return user, token

    def authenticate_header(self, request: Any) -> str:
        """What DRF sends with a 401."""
        return REALM


def _dead() -> AuthenticationFailed:
    message = _("This token does not exist, has expired or was revoked, or its role has ended.")
    return AuthenticationFailed(message, code="token_dead")


class AlwaysJson(BaseContentNegotiation):
    """There is one form of the answer, whatever the Accept header wishes."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """One address of the API: GET and HEAD alone, by token, in JSON, kept by no cache unless a subclass says so."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    parser_classes: list[Any] = []
    content_negotiation_class = AlwaysJson
    metadata_class = None
    http_method_names = ["get", "head"]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """After token and limit: a code that no database takes is none."""
        super().initial(request, *args, **kwargs)
        if any("\x00" in str(value) for value in kwargs.values()):
            raise Http404

    @property
    def who(self) -> Visit:
        """The account and the moment."""
        return visit(self.request)

    def asked(self, form: type[forms.Form]) -> dict[str, Any]:
        """The parameters of the address, as the form reads them. Raises Refused: unknown_parameter and
        parameters_invalid (422)."""
        given = self.request.query_params
        refuse_unknown(given, form.base_fields)
        filled = form(given)
        if not filled.is_valid():
            raise invalid(filled)
        return filled.cleaned_data

    def get_exception_handler(self) -> Any:
        """In place of DRF's."""
        return error_answer

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What depends on the token is nobody else's."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Authorization"])
        return response


def refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """A slip in the name of a filter would silently give the figures of another question. Raises Refused:
    unknown_parameter (422)."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = _("The address has no parameter “%(name)s”. It takes: %(known)s.") % {
            "name": unknown[0][:60], "known": ", ".join(known) or "–",
        }  # fmt: skip
        raise Refused("unknown_parameter", message, status=422, parameter=unknown[0][:60])


def invalid(form: forms.Form) -> Refused:
    """The errors of a form as a refusal: the first sentence, and in `details.fields` each parameter with its own."""
    fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    name, errors = next(iter(fields.items()))
    message = errors[0] if name == "__all__" else f"{name}: {errors[0]}"
    return Refused("parameters_invalid", message, status=422, fields=fields)


def error_answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Refusals and DRF's own errors in the shape of every other JSON error; None leaves the rest to the middleware."""
    if isinstance(error, Refused):
        headers = {"Retry-After": str(error.details["retry_after"])} if "retry_after" in error.details else {}
        body = {"code": error.code, "message": str(error.message), "details": error.details}
        return Response(body, status=error.status, headers=headers)
    code, message, status = _said(error)
    if not code:
        return None
    response = Response({"code": code, "message": message, "details": {}}, status=status)
    if status == 401:
        is_dead = isinstance(error, AuthenticationFailed)
        response["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if is_dead else REALM
    if code == "method_not_allowed":
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _said(error: Exception) -> tuple[str, str, int]:
    if isinstance(error, Http404):
        return "not_found", _("There is nothing at this address, or your token may not see it."), 404
    if isinstance(error, PermissionDenied):
        return "forbidden", _("Your role does not allow this."), 403
    if isinstance(error, NotAuthenticated):
        return "token_needed", _("Send a token in the Authorization header: Bearer, a space, the token."), 401
    if isinstance(error, AuthenticationFailed):
        return "token_dead", str(error.detail), 401
    if isinstance(error, APIException) and error.status_code == 405:
        return "method_not_allowed", _("This address is read only: use GET."), 405
    return "", "", 0
