"""Which sessions have passed the second step, and how long a session lives (trust.md §4).

A session carries a stamp, so that a request asks the database nothing: `passed` when its owner used or set up an
authenticator in it, `trainee` when at sign-in the account had no role, now or later. A change of roles or of
authenticators raises `access_epoch`, and the session ends with its stamp.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from lms.days import local_day
from lms.people.models import User

STAMP = "second_factor"
NEXT = "second_factor_next"
"""Where somebody wanted to go who was led to the set-up instead."""
PASSED = "passed"
TRAINEE = "trainee"


def is_settled(session: SessionBase, user: User) -> bool:
    """Whether nothing more is asked of this session. The stamp of somebody else, signed in here before, is none."""
    return session.get(STAMP) in ([str(user.pk), PASSED], [str(user.pk), TRAINEE])


def note_passed(session: SessionBase, user: User) -> None:
    """An authenticator of `user` was used or set up in this session."""
    session[STAMP] = [str(user.pk), PASSED]


def note_roles(session: SessionBase, user: User, *, now: datetime) -> bool:
    """Stamp the session of an account that has no role and gets none; whether it has one."""
    has_role = user.has_role_now_or_later(local_day(now))
    if not has_role and not is_settled(session, user):
        session[STAMP] = [str(user.pk), TRAINEE]
    return has_role


def begin(session: SessionBase, user: User, *, now: datetime) -> None:
    """At sign-in: the stamp, and the end of the session. Twelve hours for whoever holds a role, whatever they do."""
    has_role = note_roles(session, user, now=now)
    age = settings.STAFF_SESSION_AGE if has_role else settings.SESSION_COOKIE_AGE
    session.set_expiry(now + timedelta(seconds=age))
