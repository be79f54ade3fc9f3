"""What a phone without network writes down: its items, their chain, its clock (attendance §1.4). Pure.

`link` of an item is SHA-256 over the link before it and the item as canonical JSON: keys in order, no spaces, without
`link` itself.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MOST_DRIFT = timedelta(seconds=120)
KINDS = ("in", "out", "mark")
MARKS = ("present", "late", "left_early", "excused", "absent")
MOST_NUMBER = 2_000_000_000


@dataclass(frozen=True)
class Item:
    """One tap or scan. `claimed_at` is the clock on the wall of the phone, `steady_ms` the one that never jumps, which
    begins anew with each `run` of the page."""

    uid: uuid.UUID
    seq: int
    link: str
    kind: str
    status: str
    enrolment: uuid.UUID
    code: str
    claimed_at: datetime
    steady_ms: int
    run: str
    canonical: str


class BadItem(ValueError):
    """An item that no phone of ours writes."""


def canonical(raw: Mapping[str, Any]) -> str:
    """The item as it is chained."""
    kept = {key: value for key, value in raw.items() if key != "link"}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_of(before: str, text: str) -> str:
    """The link of an item, by the one before it ("" for the first)."""
    return hashlib.sha256(f"{before}{text}".encode("utf-8", "surrogatepass")).hexdigest()


def read_item(raw: Any) -> Item:
    """The item of a batch. Raises BadItem."""
    try:
        at = datetime.fromisoformat(raw["claimed_at"])
        item = Item(
            uid=uuid.UUID(raw["uid"]), seq=int(raw["seq"]), link=str(raw["link"])[:64], kind=str(raw["kind"]),
            status=str(raw.get("status", "")), enrolment=uuid.UUID(raw["enrolment"]),
            code=str(raw.get("code", ""))[:20],
            claimed_at=at, steady_ms=int(raw["steady_ms"]), run=str(raw["run"])[:40], canonical=canonical(raw),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadItem from error
    fits = item.status in MARKS if item.kind == "mark" else item.kind in KINDS and not item.status
    if at.tzinfo is None or not 1 <= item.seq <= MOST_NUMBER or not fits or not 2000 < at.year < 2200:
        raise BadItem
    return item


def clock_jumped(items: Sequence[Item], *, run: str, sent_at: datetime, sent_steady_ms: int) -> bool:
    """Whether the clock on the wall moved against the steady one by more than two minutes since one of the items."""
    for item in items:
        if item.run == run:
            wall = sent_at - item.claimed_at
            if abs(wall - timedelta(milliseconds=sent_steady_ms - item.steady_ms)) > MOST_DRIFT:
                return True
    return False
