"""One row of a roster file, cell by cell: what it says and what is wrong with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lms.people.models.persons import Sex
from lms.people.models.roster import Group, StaffType
from lms.vietnamese.text import Misread, clean, clean_name, fold, misread

LONGEST: Mapping[str, int] = {"full_name": 200, "position": 200, "email": 254}
LONGEST_OTHER = 60
"""Characters of a cell; the columns of the database hold as many."""
YOUNGEST, OLDEST = 15, 100
"""Years of age on the day of the import."""

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_EXCEL_EPOCH = date(1899, 12, 30)
_PHONE = re.compile(r"0[35789]\d{8}")
_STAND_IN = re.compile("[\udc80-\udcff]")
"""What stands for a byte that is not UTF-8."""
_FORMULA = ("=", "+", "-", "@")
_SEX = {"": Sex.UNKNOWN, "nu": Sex.FEMALE, "nam": Sex.MALE, "female": Sex.FEMALE, "male": Sex.MALE}


LABELS: Mapping[str, Any] = {
    "full_name": gettext_lazy("Full name"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "agency_code": gettext_lazy("Agency code"),
    "position": gettext_lazy("Position"),
    "group": gettext_lazy("Group"),
    "staff_type": gettext_lazy("Staff type"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Mobile phone"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("No longer on the roster from"),
    "last_day": gettext_lazy("Last day"),
}
"""The columns as the sentences name them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; `defect` is a stable code, the message a sentence. A warning lets the row pass."""

    field: str
    defect: str
    message: str
    is_warning: bool = False


class Cells:
    """Reads cells and collects problems, one per field: whatever stands first in the way."""

    def __init__(self, raw: Mapping[str, str], on: date, unread: Collection[str] = ()) -> None:
        """`unread` names the columns whose cell is a formula without a value; a column that `raw` lacks is empty."""
        self._raw = {name: raw.get(name, "") for name in LABELS}
        self._on = on
        self._problems: dict[str, Problem] = {}
        for name, value in self._raw.items():
            if name in unread:
                sentence = _("%(column)s is a formula without a value. Open the file in Excel and save it again.")
                self.complain(name, "empty_formula", sentence % self._words(name))
            elif value:
                self._check_raw(name)

    def complain(self, name: str, defect: str, message: str, *, is_warning: bool = False) -> None:
        """Note a problem, unless the field has one already."""
        self._problems.setdefault(name, Problem(name, defect, message, is_warning))

    def is_sound(self, name: str) -> bool:
        """Whether nothing is wrong with the field so far."""
        return name not in self._problems

    def problems(self, order: Sequence[str]) -> tuple[Problem, ...]:
        """What was found, in the order of the columns."""
        return tuple(self._problems[name] for name in order if name in self._problems)

    def text(self, name: str) -> str:
        """The cleaned cell; empty if it is not sound."""
        return clean(self._raw[name]) if self.is_sound(name) else ""

    def name(self, name: str) -> str:
        """A full name: letters, marks and the apostrophes, hyphens and stops that names have."""
        value = clean_name(self.text(name))
        if not self.is_sound(name):
            return ""
        strange = [char for char in value if unicodedata.category(char)[0] not in "LM" and char not in " ’.-·"]
        if not self._raw[name]:
            self.complain(name, "name_empty", _("The full name is missing."))
        elif not value:
            sentence = _("The full name is missing: the cell holds only characters that cannot be seen.")
            self.complain(name, "name_blank_after_cleaning", sentence)
        elif strange:
            sentence = _("The full name holds a character that is not a letter: “%(char)s”.") % {"char": strange[0]}
            self.complain(name, "name_has_symbol", sentence)
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """dd/mm/yyyy (or yyyy-mm-dd); nothing is guessed."""
        value = self.text(name)
        if not self.is_sound(name) or not value:
            if needed:
                self.complain(name, f"{name}_missing", _("%(column)s is missing.") % self._words(name))
            return None
        if found := _DAY.fullmatch(value):
            day, month, year = (int(part) for part in found.groups())
        elif found := _ISO_DAY.fullmatch(value):
            year, month, day = (int(part) for part in found.groups())
        else:
            self._explain_day(name, value)
            return None
        try:
            return date(year, month, day)
        except ValueError:
            self._explain_impossible(name, value, day, month)
            return None

    def check_age(self, birth_date: date | None) -> None:
        """Somebody on a roster is neither a child nor older than anybody."""
        if birth_date and not YOUNGEST <= (self._on - birth_date).days // 365 <= OLDEST:
            sentence = _("%(column)s “%(value)s” cannot be right.") % self._words("birth_date")
            self.complain("birth_date", "birth_date_implausible", sentence)

    def sex(self, name: str) -> str:
        """Nam, Nữ or nothing: it is never guessed."""
        found = _SEX.get(fold(self.text(name)))
        if found is None:
            self.complain(name, "sex_unknown", _("%(column)s “%(value)s”: write Nam or Nữ.") % self._words(name))
        return found or Sex.UNKNOWN

    def group(self, name: str) -> str:
        """One of the five groups, by code or by its name on the screens."""
        value = self.text(name)
        known = _spellings(Group, get_language())
        found = known.get(value) or known.get(fold(value))
        if found is None:
            words = self._words(name) | {"groups": ", ".join(Group.values)}
            sentence = _("The group “%(value)s” is unknown. Choose one of: %(groups)s.") % words
            self.complain(name, "group_unknown", sentence)
        return found or ""

    def staff_type(self, name: str) -> str:
        """One of the staff types, by code or by its name on the screens; nothing is unknown."""
        value = self.text(name)
        known = {fold(str(label)): code for code, label in StaffType.choices} | {
            code: code for code in StaffType.values
        }
        found = (known.get(value) or known.get(fold(value))) if value else StaffType.UNKNOWN.value
        if found is None:
            words = self._words(name) | {"types": ", ".join(str(label) for _code, label in StaffType.choices)}
            sentence = _("The staff type “%(value)s” is unknown. Choose one of: %(types)s.") % words
            self.complain(name, "staff_type_unknown", sentence)
        return found or StaffType.UNKNOWN.value

    def email(self, name: str) -> str:
        """An address, or nothing."""
        value = self.text(name)
        try:
            if value:
                validate_email(value)
        except ValidationError:
            words = self._words(name)
            sentence = _("The e-mail address “%(value)s” is not valid.") % words
            if "," in value:
                sentence = _("The e-mail address “%(value)s” is not valid: it holds a comma.") % words
            self.complain(name, "email_invalid", sentence)
        return value.lower()

    def phone(self, name: str) -> str:
        """A mobile number as ten digits, or nothing; +84 and the zero that spreadsheets lose are put right."""
        bare = re.sub(r"[\s.()-]", "", self.text(name))
        if bare.startswith("+84"):
            bare = "0" + bare[3:]
        elif re.fullmatch(r"84[35789]\d{8}", bare):
            bare = "0" + bare[2:]
        words = self._words(name)
        if re.fullmatch(r"[35789]\d{8}", bare):
            bare = "0" + bare
            sentence = _("The telephone number has lost its first zero; %(number)s was taken.") % {"number": bare}
            self.complain(name, "phone_lost_zero", sentence, is_warning=True)
        elif bare.isdecimal() and len(bare) > 10:
            sentence = _("The telephone number “%(value)s” is longer than 10 digits.") % words
            self.complain(name, "phone_too_long", sentence)
        elif bare and not _PHONE.fullmatch(bare):
            sentence = _("The telephone number “%(value)s” is not a Vietnamese mobile number.") % words
            self.complain(name, "phone_invalid", sentence)
        return bare

    def _check_raw(self, name: str) -> None:
        """Damage that hides what the cell says: it comes before any reading."""
        value = self._raw[name]
        if len(value) > LONGEST.get(name, LONGEST_OTHER):
            sentence = _("%(column)s is too long (%(size)s characters).") % self._words(name)
            self.complain(name, "cell_too_long", sentence)
        elif _STAND_IN.search(value):
            sentence = _("This line is not UTF-8; it seems to be Windows-1258. Save the file as «CSV UTF-8».")
            self.complain(name, "not_utf8", sentence)
        elif not value.isprintable() and _has_control(value):
            sentence = _("%(column)s holds a control character, which is not allowed.") % self._words(name)
            self.complain(name, "control_character", sentence)
        elif name != "phone" and clean(value).startswith(_FORMULA):
            words = self._words(name) | {"mark": clean(value)[0]}
            sentence = _("%(column)s begins with “%(mark)s”: it may be a spreadsheet formula and is not taken.") % words
            self.complain(name, "formula_injection", sentence)
        elif found := misread(value):
            self._explain_misread(name, found)

    def _explain_misread(self, name: str, found: Misread) -> None:
        sentence = _("%(column)s was damaged by a wrong encoding. Open the original file as UTF-8.")
        if found == Misread.LEGACY_FONT:
            sentence = _("%(column)s is written for an old font (TCVN3 or VNI). Convert it to Unicode.")
        self.complain(name, found.value, sentence % self._words(name))

    def _explain_day(self, name: str, value: str) -> None:
        words = self._words(name)
        if _SHORT_YEAR.fullmatch(value):
            sentence = _("%(column)s “%(value)s”: write all four digits of the year.") % words
            self.complain(name, "date_two_digit_year", sentence)
        elif re.fullmatch(r"(1[89]|20)\d\d", value):
            sentence = _("%(column)s “%(value)s”: day, month and year are needed.") % words
            self.complain(name, "date_year_only", sentence)
        elif re.fullmatch(r"\d{5}", value, re.ASCII):
            words = words | {"day": f"{_EXCEL_EPOCH + timedelta(days=int(value)):%d/%m/%Y}"}
            sentence = _("%(column)s “%(value)s” seems to be Excel's number for %(day)s. Format the cell as a date.")
            self.complain(name, "date_excel_serial", sentence % words)
        else:
            sentence = _("%(column)s “%(value)s” is not a date. Write day/month/year.") % words
            self.complain(name, "date_malformed", sentence)

    def _explain_impossible(self, name: str, value: str, day: int, month: int) -> None:
        words = self._words(name) | {"month": month}
        if month > 12 >= day:
            sentence = _("%(column)s “%(value)s”: there is no month %(month)s. Write day/month/year.") % words
            self.complain(name, "date_wrong_order", sentence)
        else:
            sentence = _("%(column)s “%(value)s” is not in the calendar.") % words
            self.complain(name, "date_impossible", sentence)

    def _words(self, name: str) -> dict[str, str | int]:
        """What a sentence about this field may say of it; never the whole of a long cell."""
        value = self._raw[name]
        return {"column": str(LABELS[name]), "value": clean(value[:60]), "size": len(value)}


@lru_cache(maxsize=8)
def _spellings(choices: type[TextChoices], _language: str | None) -> dict[str, str]:
    """Code, or folded name in the reader's language, → code."""
    return {fold(str(label)): code for code, label in choices.choices} | {code: code for code in choices.values}


def _has_control(text: str) -> bool:
    """Characters that no cell holds: control, surrogates, those that Unicode has not given out."""
    return any(unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") and char not in "\t\n\r" for char in text)
