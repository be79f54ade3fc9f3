"""Forms of agencies and rosters. What a cell of a roster file must be, a field of a form must be: one rule, `Cells`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.models import AgencyKind, Group, RosterEntry, Sex, StaffType
from lms.people.roster_cells import LONGEST, LONGEST_OTHER, Cells
from lms.people.roster_files import Member
from lms.people.roster_tables import COLUMNS, FILES
from lms.uploads.checks import MOST_BYTES, FileError, check_size, extension


class DayInput(forms.DateInput):
    """The browser's own calendar; without one, yyyy-mm-dd."""

    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class AgencyFilter(forms.Form):
    """What to list: part of a name, a kind, the agencies of one day or of all time."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *AgencyKind.choices])
    on = forms.DateField(label=_("As of"), required=False, widget=DayInput())
    ended = forms.BooleanField(label=_("Also units of other times"), required=False)
    tree = forms.BooleanField(label=_("By parent agency"), required=False)


class DayFilter(forms.Form):
    """The day on which a roster is shown."""

    on = forms.DateField(label=_("As of"), required=False, widget=DayInput())

    def day_or(self, today: date) -> date:
        """The day asked for, else today."""
        return (self.is_valid() and self.cleaned_data["on"]) or today


class NewEntryForm(forms.Form):
    """A person and the entry that puts that person on the roster."""

    full_name = forms.CharField(label=_("Full name"), max_length=LONGEST["full_name"])
    birth_date = forms.CharField(label=_("Date of birth"), required=False, widget=DayInput())
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, required=False)
    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    position = forms.CharField(label=_("Position"), required=False, max_length=LONGEST["position"])
    staff_type = forms.ChoiceField(label=_("Staff type"), choices=StaffType.choices, required=False)
    email = forms.CharField(
        label=_("Official e-mail"), required=False, max_length=LONGEST["email"], widget=forms.EmailInput()
    )
    phone = forms.CharField(
        label=_("Mobile phone"), required=False, max_length=LONGEST_OTHER, widget=forms.TextInput({"inputmode": "tel"})
    )
    starts_on = forms.CharField(label=_("First day on the roster"), widget=DayInput())
    another_person = forms.BooleanField(
        label=_("This is another person of the same name"), required=False, widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, agency_code: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_code = agency_code
        self.on = on
        self.member: Member | None = None

    def clean(self) -> dict[str, Any]:
        """Read the fields as the cells of a file are read; `member` is what was read."""
        raw = {name: str(self.data.get(self.add_prefix(name)) or "") for name in COLUMNS} | {
            "agency_code": "",
            "sex": "",
        }
        cells = Cells(raw, self.on)
        starts_on = cells.day("starts_on", needed=True)
        birth_date = cells.day("birth_date")
        cells.check_age(birth_date)
        member = Member(
            full_name=cells.name("full_name"), birth_date=birth_date, sex=self.cleaned_data.get("sex") or Sex.UNKNOWN,
            agency=self.agency_code, position=cells.text("position"), group=cells.group("group"),
            email=cells.email("email"), phone=cells.phone("phone"), starts_on=starts_on or self.on,
        )  # fmt: skip
        for problem in cells.problems(COLUMNS):
            if not problem.is_warning and problem.field not in self.errors:
                self.add_error(problem.field, problem.message)
        if not self.errors:
            self.member = member
        return self.cleaned_data

    def ask_for_namesakes(self) -> None:
        """Show the box that says: another person."""
        self.fields["another_person"].widget = forms.CheckboxInput()


class EndForm(forms.Form):
    """From which day the entry does not hold any more."""

    ends_on = forms.DateField(
        label=_("No longer on the roster from"), widget=DayInput(), help_text=_("This day does not count any more.")
    )


class VoidForm(forms.Form):
    """Why the entry was never right."""

    reason = forms.CharField(
        label=_("Reason"), max_length=RosterEntry._meta.get_field("void_reason").max_length,
        help_text=_("For example: entered twice; wrong agency."),
    )  # fmt: skip


class NobodyForm(forms.Form):
    """Which group has nobody."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)


class RosterFileForm(forms.Form):
    """A roster: a workbook, a CSV file, or cells pasted from a sheet."""

    file = forms.FileField(
        label=_("Excel or CSV file"), required=False,
        widget=forms.ClearableFileInput({"accept": ",".join(f".{ending}" for ending in FILES)}),
    )  # fmt: skip
    pasted = forms.CharField(
        label=_("Or paste the cells copied from Excel"), required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=_("With the headings, or without them in the order of the template."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Its name and size are looked at before it is read."""
        found = self.cleaned_data["file"]
        if found:
            try:
                extension(found.name, FILES)
                check_size(found.size)
            except FileError as error:
                raise forms.ValidationError(str(error), code=error.code) from error
        return found

    def clean(self) -> dict[str, Any]:
        """One of the two, and not both."""
        has_text = bool((self.cleaned_data.get("pasted") or "").strip())
        if not self.errors and bool(self.cleaned_data.get("file")) == has_text:
            raise forms.ValidationError(_("Choose a file, or paste cells: one of the two."), code="one_of_two")
        return self.cleaned_data


class RosterFilter(DayFilter):
    """The day on which a roster is shown, and the moment whose knowledge is shown."""

    known_at = forms.DateTimeField(
        label=_("As known at"), required=False, help_text=_("Empty: as known now."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def moment(self) -> datetime | None:
        """The moment asked for; None is now."""
        return self.cleaned_data["known_at"] if self.is_valid() else None


class CorrectionForm(forms.Form):
    """What an entry should have said from the start, and why."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    position = forms.CharField(label=_("Position"), required=False, max_length=LONGEST["position"])
    staff_type = forms.ChoiceField(label=_("Staff type"), choices=StaffType.choices)
    starts_on = forms.DateField(label=_("First day on the roster"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("No longer on the roster from"), required=False, widget=DayInput(),
        help_text=_("This day does not count any more."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=RosterEntry._meta.get_field("void_reason").max_length,
        help_text=_("For example: the decision names another day."),
    )  # fmt: skip

    def clean_position(self) -> str:
        """As it would be taken from a file."""
        return _cell(self, "position")


class ConfirmListForm(forms.Form):
    """Which group's roster is right, and on which day."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    on = forms.DateField(label=_("As of"))


class CopyForm(forms.Form):
    """Who stood on the roster on a past day and is entered again, from when."""

    on = forms.DateField(label=_("As it stood on"), widget=DayInput())
    starts_on = forms.DateField(label=_("On the roster again from"), widget=DayInput())


class PersonForm(forms.Form):
    """The name and the date of birth of a person."""

    full_name = forms.CharField(label=_("Full name"), max_length=LONGEST["full_name"])
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=DayInput())

    def clean_full_name(self) -> str:
        """As it would be taken from a file."""
        return _cell(self, "full_name")


class ContactsForm(forms.Form):
    """Contacts of somebody without an account."""

    email = forms.CharField(
        label=_("Official e-mail"), required=False, max_length=LONGEST["email"], widget=forms.EmailInput()
    )
    phone = forms.CharField(
        label=_("Mobile phone"), required=False, max_length=LONGEST_OTHER, widget=forms.TextInput({"inputmode": "tel"})
    )

    def clean_email(self) -> str:
        """As it would be taken from a file."""
        return _cell(self, "email")

    def clean_phone(self) -> str:
        """As it would be taken from a file."""
        return _cell(self, "phone")


def _cell(form: forms.Form, name: str) -> str:
    """What a field says, read as a cell of a roster file is read."""
    cells = Cells({name: form.cleaned_data[name]}, date.min)
    readers = {"full_name": cells.name, "email": cells.email, "phone": cells.phone, "position": cells.text}
    value = readers[name](name)
    for problem in cells.problems([name]):
        if not problem.is_warning:
            raise forms.ValidationError(problem.message, code=problem.defect)
    return value
