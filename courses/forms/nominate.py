"""Forms of nomination rounds."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.pasted_names import MOST_LINES
from lms.people.models import Agency
from lms.uploads.checks import FileError, check_size
from lms.uploads.documents import MOST_DOCUMENT_BYTES, Document, checked_document


class NominationForm(forms.Form):
    """The people ticked, by their public ids."""

    person = forms.MultipleChoiceField(
        label=_("People to nominate"), error_messages={"required": _("Tick at least one person.")}
    )

    def __init__(self, *args: Any, people: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(public_id, public_id) for public_id in people]


class PastedNamesForm(forms.Form):
    """Names, one a line, to be looked up on the roster; nothing is changed by it."""

    names = forms.CharField(
        label=_("Names, one a line"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A date of birth after the name tells namesakes apart: “Nguyễn Thị Lan; 12/03/1980”"),
        error_messages={"required": _("Paste at least one name.")},
    )

    def clean_names(self) -> str:
        """Refuse what was pasted by mistake."""
        names: str = self.cleaned_data["names"]
        if len(names.splitlines()) > MOST_LINES:
            raise forms.ValidationError(_("Paste at most %(n)s lines.") % {"n": MOST_LINES}, code="too_many_lines")
        return names


class DispatchForm(forms.Form):
    """The signed copy of the official letter; it is looked at before anybody opens it."""

    file = forms.FileField(label=_("Signed copy (PDF, DOCX or picture)"))
    document: Document | None = None

    def clean_file(self) -> Any:
        """Size and kind first, by the bytes."""
        file = self.cleaned_data["file"]
        try:
            check_size(file.size, MOST_DOCUMENT_BYTES)
            self.document = checked_document(file.name, file.read())
        except FileError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        return file


class SendReplyForm(forms.Form):
    """The official letter that carries the list; its number may follow later."""

    dispatch_no = forms.CharField(label=_("Number of the official letter"), max_length=100, required=False)
    dispatch_on = forms.DateField(
        label=_("Date of the official letter"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class ReplyDecisionForm(forms.Form):
    """Approve the list, or send it back with a reason; the verb refuses a missing one."""

    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("return", _("Return"))])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    without = forms.TypedMultipleChoiceField(label=_("Turned down"), coerce=uuid.UUID, required=False)

    def __init__(self, *args: Any, people: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["without"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(public_id, public_id) for public_id in people]


class RoundForm(forms.Form):
    """A new round: the moments, the document that announces it, the agencies asked beside those with a quota."""

    opens_at = forms.DateTimeField(label=_("Opens"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    closes_at = forms.DateTimeField(label=_("Closes"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    document_no = forms.CharField(label=_("Document number"), max_length=100, required=False)
    document_on = forms.DateField(
        label=_("Document date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    agencies = forms.ModelMultipleChoiceField(
        label=_("Agencies asked beside those with a quota"),
        queryset=Agency.objects.none(),
        to_field_name="code",
        required=False,
    )

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agencies"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = agencies
