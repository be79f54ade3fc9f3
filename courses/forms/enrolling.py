"""Forms about enrolments and runs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class DecisionForm(forms.Form):
    """Approve, or turn down with a reason; the verb refuses a missing one."""

    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("reject", _("Turn down"))])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class RunStateForm(forms.Form):
    """What happens to the class next."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("open", "start", "end")])


class ReplaceForm(forms.Form):
    """Who comes instead, by public id, and why."""

    person = forms.UUIDField(label=_("Who comes instead"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
