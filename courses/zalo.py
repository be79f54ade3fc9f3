"""A class in a few lines for a group on Zalo: counts and a link, no names, no scores (learning.md §11)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Enrolment, Run
from lms.web.formatting import short_date

MOST_CHARACTERS = 1000


def run_text(run: Run, link: str) -> str:
    """At most `MOST_CHARACTERS`; one query."""
    enrolled = Enrolment.objects.enrolled().filter(run=run).count()
    days = {"first": short_date(run.starts_on), "last": short_date(run.ends_on)}
    lines = [
        str(run)[:500],
        _("From %(first)s to %(last)s.") % days,
        ngettext("%(n)s person is enrolled.", "%(n)s people are enrolled.", enrolled) % {"n": enrolled},
        _("Programme, rooms and hours: %(link)s") % {"link": link},
    ]
    return "\n".join(lines)[:MOST_CHARACTERS]
