"""Forms of a class or course once more, and of the next check of a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.copying import Move

DAY = "%Y-%m-%d"


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day with the browser's own chooser."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format=DAY), **kwargs)


class NextCheckForm(forms.Form):
    until = day_field(_("Next check by"))


class EditionForm(forms.Form):
    code = forms.SlugField(label=_("Code of the new edition"), max_length=40)


class FirstDayForm(forms.Form):
    first_day = day_field(_("First day of the new class"))


class DaysForm(forms.Form):
    """The first day and a day for each session, as proposed until somebody changes it."""

    first_day = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, moves: Sequence[Move], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moves = moves
        for move in moves:
            self.fields[self._name(move)] = day_field(move.session.title, initial=move.new)

    @staticmethod
    def _name(move: Move) -> str:
        return f"session-{move.session.pk}"

    def rows(self) -> list[tuple[Move, forms.BoundField]]:
        """The old day beside the field of the new one."""
        return [(move, self[self._name(move)]) for move in self.moves]

    def days(self) -> dict[int, date]:
        """By primary key of the old session."""
        return {move.session.pk: self.cleaned_data[self._name(move)] for move in self.moves}
