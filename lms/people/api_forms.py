"""What the addresses of the API take and how a list is cut into pages; and the same as the schema says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

USUAL, MOST = 100, 500
FURTHEST = 10_000_000
PAGING = {
    "limit": format_lazy(
        _("How many rows, at most {most}; {usual} where nothing is said."), most=str(MOST), usual=str(USUAL)
    ),
    "offset": _("How many rows to leave out at the beginning. Rows keep one order, so pages fit together."),
}


class Flag(forms.TypedChoiceField):
    """`true` or `false`; nothing is false. A check box would take "0" for yes."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", _("yes")), ("false", _("no"))]
        super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **kwargs)

    def clean(self, value: Any) -> bool:
        """Nothing is false."""
        return bool(super().clean(value))


class PageForm(forms.Form):
    """A part of a list."""

    limit = forms.IntegerField(min_value=1, max_value=MOST, required=False)
    offset = forms.IntegerField(min_value=0, max_value=FURTHEST, required=False)


class NothingForm(forms.Form):
    """Of an address that takes no parameters."""


def page_of(request: Any, rows: QuerySet[Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Count, addresses of the neighbouring pages, and the rows of this one; two queries."""
    limit, offset = asked.get("limit") or USUAL, asked.get("offset") or 0
    size = rows.count()
    before = max(offset - limit, 0)
    return {
        "count": size,
        "next": _address(request, limit, offset + limit) if offset + limit < size else None,
        "previous": _address(request, limit, before) if offset else None,
        "results": list(rows[offset : offset + limit]),
    }


def _address(request: Any, limit: int, offset: int) -> str:
    query = request.query_params.copy()
    query["limit"], query["offset"] = str(limit), str(offset)
    return str(request.build_absolute_uri(f"{request.path}?{query.urlencode()}"))


class PageSerializer(serializers.Serializer):
    """The frame of a list."""

    count = serializers.IntegerField(help_text=_("How many rows the whole list has."))
    next = serializers.URLField(allow_null=True, help_text=_("Address of the next page; null on the last one."))
    previous = serializers.URLField(allow_null=True, help_text=_("Address of the page before; null on the first one."))


class OrNull(serializers.ChoiceField):
    """One of the choices; what is empty is null."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) or None


class TextOrNull(serializers.CharField):
    """A text; what is empty is null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) or None


class ErrorSerializer(serializers.Serializer):
    """Every answer that is not the one asked for."""

    code = serializers.CharField(
        help_text=_("Stable, for programs: lower_snake_case, listed in docs/rules.md and docs/api.md.")
    )
    message = serializers.CharField(help_text=_("For people, in Vietnamese: what is wrong and what to do."))
    details = serializers.DictField(
        help_text=_("Small values beside the sentence. `parameters_invalid` has `fields`: parameter → sentences.")
    )


ERRORS = {
    304: _("Not modified: the copy you hold (`If-None-Match`) is still right. No body."),
    401: _("No token, or one that opens nothing. `WWW-Authenticate` says which."),
    404: _("There is nothing at this address, or the role of the token may not see it."),
    422: _("A parameter is unknown or wrong, or the question has no answer; `code` says which."),
    429: _("More than 600 requests of this token in a minute. `Retry-After` says how many seconds to wait."),
    503: _("The system is busy; nothing is lost. `Retry-After` says how many seconds to wait."),
}


def answers(ok: Any, said: Any, *more: int) -> dict[int, Any]:
    """The answers of an address for the schema: what it gives, what every address may say, and `more` of ERRORS."""
    found: dict[int, Any] = {200: OpenApiResponse(ok, description=said)}
    for status in sorted({401, 422, 429, 503, *more}):
        found[status] = OpenApiResponse(None if status == 304 else ErrorSerializer, description=ERRORS[status])
    return found


def parameters(form: type[forms.Form], described: Mapping[str, Any]) -> list[OpenApiParameter]:
    """The fields of a form as parameters of an address. A field without a description is a KeyError."""
    return [
        OpenApiParameter(name, _type(field), description=described[name], required=field.required)
        for name, field in form.base_fields.items()
    ]


def in_path(name: str, description: Any, type_: type = str) -> OpenApiParameter:
    """A part of the path."""
    return OpenApiParameter(name, type_, OpenApiParameter.PATH, description=description)


def _type(field: forms.Field) -> Any:
    match field:
        case Flag():
            return OpenApiTypes.BOOL
        case forms.ModelChoiceField():
            return OpenApiTypes.INT
        case forms.ChoiceField():
            values = [str(value) for value, _label in cast("list[tuple[str, str]]", field.choices) if value]
            return {"type": "string", "enum": values}
        case forms.IntegerField():
            return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
        case forms.DateTimeField():
            return OpenApiTypes.DATETIME
        case forms.DateField():
            return OpenApiTypes.DATE
        case _:
            return OpenApiTypes.STR
