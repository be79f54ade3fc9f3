"""Pictures in the question editor: with the stem as rows of their own, with an option in its row. No script needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from courses.formats.ir import LONGEST_ALT, MOST_PICTURES, ImportedPicture
from courses.forms.question_fields import LineField
from lms.uploads.checks import FileError, check_size
from lms.uploads.pictures import ENDINGS, MOST_PICTURE_BYTES, Rendered, rendered

Files = MultiValueDict[str, Any]


class PictureField(forms.FileField):
    """A picture, measured before it is read, encoded anew; None for no file."""

    def __init__(self, *, help_text: Any = "") -> None:
        widget = forms.FileInput({"accept": ",".join(f".{ending}" for ending in ENDINGS)})
        super().__init__(label=_("Picture"), required=False, widget=widget, help_text=help_text)

    def clean(self, data: Any, initial: Any = None) -> Rendered | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            check_size(file.size, MOST_PICTURE_BYTES)
            return rendered(file.read())
        except FileError as error:
            raise ValidationError(str(error), code=error.code) from error


def alt_field() -> LineField:
    """What a picture shows, in words."""
    return LineField(label=_("What the picture shows"), longest=LONGEST_ALT)


class StemPictureRow(forms.Form):
    """A picture with the stem. `held` is the place (from 0) of the one that is there already."""

    picture = PictureField(help_text=_("PNG, JPEG or WebP, at most 25 million pixels and 10 MB."))
    alt = alt_field()
    drop = forms.BooleanField(label=_("Take this picture away"), required=False)
    held = forms.IntegerField(required=False, min_value=0, max_value=MOST_PICTURES, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_new = said.get("held") is None
        if is_new and said.get("alt") and not said.get("picture") and "picture" not in self.errors:
            self.add_error("picture", _("Choose the picture that these words describe."))
        return said


class StemPictures:
    """The rows. A form that says nothing of pictures leaves those that are there."""

    def __init__(
        self, held: Sequence[ImportedPicture], data: QueryDict | None = None, files: Files | None = None
    ) -> None:
        self.held = [one for one in held if not one.option]
        made = forms.formset_factory(StemPictureRow, extra=0, max_num=MOST_PICTURES, absolute_max=MOST_PICTURES)
        initial: list[dict[str, Any]] = [{"alt": one.alt, "held": place} for place, one in enumerate(self.held)]
        self.is_silent = data is not None and "pictures-TOTAL_FORMS" not in data
        bound = (None, None) if self.is_silent else (data, files)
        self.rows: Any = made(*bound, initial=[*initial, {}][:MOST_PICTURES], prefix="pictures")

    def is_valid(self) -> bool:
        return self.is_silent or bool(self.rows.is_valid())

    def read(self) -> list[ImportedPicture]:
        """The pictures in their order; only after `is_valid`."""
        if self.is_silent:
            return self.held
        found = [self._picture(form.cleaned_data) for form in self.rows.forms]
        return [one for one in found if one is not None]

    def _picture(self, row: dict[str, Any]) -> ImportedPicture | None:
        if row.get("picture"):
            return picture_of(row["picture"], row["alt"])
        place = row.get("held")
        if place is None or place >= len(self.held) or row.get("drop"):
            return None
        return ImportedPicture(self.held[place].sha256, row["alt"])

    def show(self, shown: Sequence[Any]) -> None:
        """Put what is there already beside the rows."""
        for row, picture in zip(self.rows.forms, shown, strict=False):
            row.shown = picture


def picture_of(found: Rendered, alt: str, option: str = "") -> ImportedPicture:
    """A picture that has just come."""
    return ImportedPicture(found.sha256, alt, option, rendered=found)
