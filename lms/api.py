"""/api/v1/: the addresses of all apps under one mount, and the document that describes them (docs/api.md)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication

from lms.coverage import api as coverage
from lms.people import api as people
from lms.people.bearer import BearerAuthentication, Endpoint
from lms.people.models import Role
from lms.people.permissions import door
from lms.plan import api as plan

MOUNT = "api/v1/"
LANGUAGES = ("vi", "en")
"""In which the document is there, the usual one first."""
ABOUT = (
    _(
        "Reads what the screens show: plans and their tasks, reporting periods, agencies with their history, coverage "
        "figures, closed reports. Nothing can be written."
    ),
    _(
        "Send `Authorization: Bearer taphuan_…`. A token belongs to one role of one account and sees what that role "
        "sees on the site; make one under “API tokens” in the menu of your account. Days are days in Vietnam "
        "(YYYY-MM-DD), moments are RFC 3339, texts are Vietnamese, NFC. A parameter that an address does not know "
        "is refused, never ignored."
    ),
    _("Within version 1 fields are added, never renamed or taken away; programs leave fields they do not know alone."),
)


def _header(description: Any, type_: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": type_}}


KEPT = {"ETag": _header(_("Strong while the answer is not compressed; absent in view `now`."))}
_WAIT = {"Retry-After": _header(_("Seconds to wait."), "integer")}
HEADERS = {
    "304": KEPT,
    "401": {
        "WWW-Authenticate": {**_header(_('`Bearer`; with `error="invalid_token"` for a dead token.')), "required": True}
    },
    "429": _WAIT,
    "503": _WAIT,
}
"""Headers of answers that every address may give, by status."""


DOCSTRINGS = (
    _("Agencies of the day, as the list on the site."),
    _("All agencies for the department; for a focal person those led, and those that these succeeded."),
    _("All plans."),
    _("As known today; what was undone is not there."),
    _("As the line of the screen: closed periods from their frozen rows, open ones as counted now."),
    _("As the page of the plan shows them."),
    _("As the screen shows them: whole people, and only where a roster says how many there are."),
    _("Both ends of a period count."),
    _("Every answer that is not the one asked for."),
    _("Facts, predecessors, successors."),
    _("The frame of a list."),
    _("Under the names of its day, or of today's agencies."),
    _("What was asked, with everything that was filled in: asking it again gives the same."),
    _("Without their rows."),
)
"""What the document takes from docstrings of views and shapes, for the other language."""


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the package has no types
    """How the document names our tokens."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token of one role of one account (docs/api.md)."),
        }


def only_ours(endpoints: list[Any], **_context: Any) -> list[Any]:
    """Of all addresses that DRF serves, those of the API; the CMS has some of its own."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(f"/{MOUNT}")]


def completed(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """What stands in no view: what the API is, and the headers of answers."""
    result["info"]["description"] = "\n\n".join(str(part) for part in ABOUT)
    with override("en"):
        known = {str(sentence): sentence for sentence in DOCSTRINGS}
    _translate(result, known)
    for path_item in result["paths"].values():
        for operation in path_item.values():
            for status, answer in operation["responses"].items():
                headers = HEADERS.get(status, {}) | (
                    KEPT if status == "200" and "304" in operation["responses"] else {}
                )
                if headers:
                    answer["headers"] = headers
    return result


def _translate(part: Any, known: Mapping[Any, Any]) -> None:
    """Descriptions that come from docstrings, in the language at hand."""
    for node in part.values() if isinstance(part, dict) else part:
        if isinstance(node, dict | list):
            _translate(node, known)
    if isinstance(part, dict) and part.get("description") in known:
        part["description"] = str(known[part["description"]])


@cache
def document(language: str = LANGUAGES[0]) -> bytes:
    """The OpenAPI document in one of `LANGUAGES`; the same for everybody, made once a process and language."""
    generator: Any = SchemaGenerator
    with override(language):
        return bytes(OpenApiJsonRenderer().render(generator().get_schema(public=True)))


def language_of(request: Any) -> str:
    """Vietnamese, unless `Accept-Language` names English and not Vietnamese before it."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (code := language.split("-")[0]) in LANGUAGES:
            return code
    return LANGUAGES[0]


class SafeSession(SessionAuthentication):
    """The session of a browser: for reading the document alone, which changes nothing and tells nothing of anybody."""

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'


class Schema(Endpoint):
    """The document, by token or for whoever is signed in and holds a role."""

    authentication_classes = [BearerAuthentication, SafeSession]

    @extend_schema(exclude=True)
    def get(self, request: Any) -> HttpResponse:
        """OpenAPI 3 in JSON."""
        if not self.who.user.holds(*Role.values, on=self.who.on):
            raise Http404
        language = language_of(request)
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        return HttpResponse(document(language), content_type="application/vnd.oai.openapi+json", headers=headers)


urlpatterns: list[URLPattern] = [
    *people.urlpatterns,
    *plan.urlpatterns,
    *coverage.urlpatterns,
    path("schema", door("api.read_schema", public=True)(Schema.as_view()), name="schema"),
]
