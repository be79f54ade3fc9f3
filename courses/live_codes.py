"""Codes on the screen, PINs, personal codes and tickets (attendance-and-certificates.md §1.3, §1.4). Pure: the key and
the time are arguments; nothing is stored.

A code proves that somebody saw the screen, not who sits in the room.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""
SLOT_SECONDS = 15
PIN_SECONDS = 600
PERSONAL_SECONDS = 30
TICKET_SECONDS = 600
CODE_LENGTH = 8


def room_key(site_key: str, session_id: int, place_id: int, epoch: int) -> bytes:
    """The key of a room: another epoch voids every code of it at once."""
    return hmac.digest(site_key.encode(), f"room|{session_id}|{place_id}|{epoch}".encode(), "sha256")


def person_key(site_key: str, session_id: int, enrolment_code: str) -> bytes:
    """The key of one person in one session."""
    return hmac.digest(site_key.encode(), f"person|{session_id}|{enrolment_code}".encode(), "sha256")


def slot_at(at: datetime, seconds: int = SLOT_SECONDS) -> int:
    """The number of the time slot of a moment."""
    return int(at.timestamp()) // seconds


def _letters(digest: bytes, length: int = CODE_LENGTH) -> str:
    bits = int.from_bytes(digest[:8], "big") >> (64 - 5 * length)
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in reversed(range(length)))


def _same(expected: str, typed: str) -> bool:
    """In constant time, whatever was typed."""
    return hmac.compare_digest(expected.encode(), typed.encode("utf-8", "replace"))


def live_code(key: bytes, slot: int) -> str:
    """The code of a slot: 40 bits as 8 letters."""
    return _letters(hmac.digest(key, f"live|{slot}".encode(), "sha256"))


def is_live(key: bytes, code: str, at: datetime) -> bool:
    """Whether `code` is that of this slot or of the one before; never of the next."""
    slot = slot_at(at)
    return any(_same(live_code(key, slot - back), code) for back in (0, 1))


def was_live(key: bytes, code: str, at: datetime, slots: int = 40) -> bool:
    """Whether `code` was shown in the last ten minutes: it is old, not invented."""
    slot = slot_at(at)
    return any(_same(live_code(key, slot - back), code) for back in range(2, slots))


def codes_ahead(key: bytes, at: datetime, count: int = 20) -> list[tuple[str, int]]:
    """The codes of this and the next slots, each with the milliseconds after `at` when it is to be shown."""
    slot = slot_at(at)
    now_ms = int(at.timestamp() * 1000)
    return [
        (live_code(key, slot + ahead), max(0, (slot + ahead) * SLOT_SECONDS * 1000 - now_ms)) for ahead in range(count)
    ]


def pin(key: bytes, slot: int) -> str:
    """Six digits for ten minutes."""
    return f"{int.from_bytes(hmac.digest(key, f'pin|{slot}'.encode(), 'sha256')[:8], 'big') % 1_000_000:06d}"


def pins_ahead(key: bytes, at: datetime) -> list[tuple[str, int]]:
    """The PIN of now and the next one, each with the milliseconds after `at` when it is to be shown."""
    slot, now_ms = slot_at(at, PIN_SECONDS), int(at.timestamp() * 1000)
    return [(pin(key, slot + ahead), max(0, (slot + ahead) * PIN_SECONDS * 1000 - now_ms)) for ahead in (0, 1)]


def is_pin(key: bytes, typed: str, at: datetime) -> bool:
    """Whether `typed` is the current PIN or the one before."""
    slot = slot_at(at, PIN_SECONDS)
    return any(_same(pin(key, slot - back), typed) for back in (0, 1))


def personal_code(key: bytes, at: datetime, back: int = 0) -> str:
    """The code on the phone of one person, for half a minute."""
    return _letters(hmac.digest(key, f"me|{slot_at(at, PERSONAL_SECONDS) - back}".encode(), "sha256"))


def is_personal(key: bytes, typed: str, at: datetime, tolerance_slots: int = 1) -> bool:
    """Whether `typed` is a personal code of about now: one slot either way on line, 20 off line."""
    slots = range(-tolerance_slots, tolerance_slots + 1)
    return any(_same(personal_code(key, at, back), typed) for back in slots)


def normal_code(typed: str) -> str:
    """A typed code: capitals, O as 0, I and L as 1, without spaces and hyphens."""
    text = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(char for char in text if char in ALPHABET)


def new_code(length: int = CODE_LENGTH) -> str:
    """A random code: of a room (5 letters), of an enrolment (8)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass(frozen=True)
class Ticket:
    """A good scan, kept while somebody signs in: which room, when it was scanned, and a number of its own."""

    session_place_id: int
    scanned_at: datetime
    nonce: str
    by_pin: bool = False
    """The PIN was typed, no code was scanned: what follows is a claim."""


class BadTicket(ValueError):
    """`code` is ticket_expired or code_unknown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _signer(site_key: str) -> signing.Signer:
    return signing.Signer(key=site_key, salt="lms.check-in", fallback_keys=[])


def sign_ticket(site_key: str, session_place_id: int, at: datetime, *, by_pin: bool = False) -> str:
    """A ticket for the room, scanned at `at` (or its PIN typed then), as text for a cookie and a form."""
    facts = {"p": session_place_id, "t": int(at.timestamp()), "n": secrets.token_hex(8)}
    return _signer(site_key).sign_object(facts | {"k": "pin"} if by_pin else facts)


def read_ticket(site_key: str, text: str, at: datetime) -> Ticket:
    """The ticket of a text. Raises BadTicket: code_unknown for a forgery, ticket_expired after ten minutes."""
    try:
        facts = _signer(site_key).unsign_object(text)
        scanned = datetime.fromtimestamp(facts["t"], tz=at.tzinfo)
        ticket = Ticket(int(facts["p"]), scanned, str(facts["n"]), facts.get("k") == "pin")
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadTicket("code_unknown") from error
    if not -5 <= (at - ticket.scanned_at).total_seconds() <= TICKET_SECONDS:
        raise BadTicket("ticket_expired")
    return ticket


def ticket_hash(text: str) -> str:
    """What is stored of a ticket, so that nobody uses one twice."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
