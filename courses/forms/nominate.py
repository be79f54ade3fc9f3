"""Forms of nomination rounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.models import Agency


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
