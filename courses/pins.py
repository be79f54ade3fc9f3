"""Typed PINs: whether one is right, and when guessing ends (attendance-and-certificates.md §1.3)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from courses.live_codes import is_pin, room_key
from courses.models import SessionPlace
from lms.people.limits import seconds_to_wait, within
from lms.refusal import Refused

WRONG_IN_ALL = 5
LOCKED_SECONDS = 300
WRONG_IN_ROOM = 100
"""Of all guessers together, in a minute of the clock: then the PIN of the room is off."""


def is_pin_shaped(typed: str) -> bool:
    """Six digits, with spaces perhaps: no live code, which has eight letters."""
    digits = "".join(typed.split())
    return len(digits) == 6 and digits.isdecimal()


def is_off(room: SessionPlace) -> bool:
    """Whether so many wrong PINs came that the room takes none for five minutes; staff see it."""
    return cache.get(f"pin-off:{room.pk}") is not None


def check_pin(room: SessionPlace, typed: str, *, who: str, now: datetime) -> None:
    """Nothing if it is the PIN of the room. `who` guesses: a ticket, an account, a household.

    Raises Refused: pin_locked (after five wrong ones of `who`, or a hundred a minute in the room), pin_wrong.
    """
    if is_off(room) or cache.get(f"pin-locked:{who}") is not None:
        raise _locked()
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    if is_pin(key, "".join(typed.split()), now):
        return
    if seconds_to_wait(f"pin-room:{room.pk}", WRONG_IN_ROOM, at=now):
        cache.set(f"pin-off:{room.pk}", 1, timeout=LOCKED_SECONDS)
    if not within(f"pin:{who}", WRONG_IN_ALL - 1, LOCKED_SECONDS):
        cache.set(f"pin-locked:{who}", 1, timeout=LOCKED_SECONDS)
        raise _locked()
    raise Refused("pin_wrong", _("This is not the PIN on the screen. Look again and type it once more."), status=422)


def _locked() -> Refused:
    return Refused("pin_locked", _("Too many wrong PINs. Wait five minutes, or ask the trainer to mark you."))
