"""Forms of the screens for question files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.formats.encoding import WINDOWS_1258
from courses.formats.files import FORMATS
from lms.uploads.checks import FileError, check_size, extension

NAMES = {
    "xlsx": _("Excel workbook (.xlsx)"),
    "csv": _("Table as CSV (.csv)"),
    "gift": _("GIFT (.gift, .txt)"),
    "aiken": _("Aiken (.txt)"),
    "moodle-xml": _("Moodle XML (.xml)"),
}
ENDINGS = sorted({ending for kept in FORMATS.values() for ending in kept.endings})


class QuestionFileForm(forms.Form):
    """A file of questions."""

    file = forms.FileField(
        label=_("Question file"),
        widget=forms.ClearableFileInput({"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
        help_text=_("At most 5 MB. Nothing changes before you confirm."),
    )
    format = forms.ChoiceField(
        label=_("Format"), required=False, choices=[("", _("By the name of the file")), *NAMES.items()]
    )
    is_windows_1258 = forms.BooleanField(label=_("The sample lines below read well"), required=False)

    @property
    def confirmed(self) -> str:
        """The encoding that the person has agreed to."""
        return WINDOWS_1258 if self.cleaned_data.get("is_windows_1258") else ""

    def clean_file(self) -> Any:
        """Its name and size are looked at before it is read."""
        found = self.cleaned_data["file"]
        try:
            extension(found.name, ENDINGS)
            check_size(found.size)
        except FileError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        return found


class ExportForm(forms.Form):
    """The format of an export."""

    format = forms.ChoiceField(label=_("Format"), choices=list(NAMES.items()))
