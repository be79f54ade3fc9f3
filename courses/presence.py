"""What the events of a session say about one person: the printed rule (attendance-and-certificates.md §1.2). Pure.

The first step with an event wins; inside it the latest `at`, then the highest id; annulled events do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SessionTimes:
    """A session as the rule needs it; `half_periods` is what being there all the time earns."""

    starts_at: datetime
    ends_at: datetime
    half_periods: int
    late_after: int = 15
    has_checkout: bool = False
    pulses: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class Seen:
    """An accepted event. `after_end` and `after_lock` say when a mark was made, not when the person came."""

    id: int
    kind: str
    source: str
    at: datetime
    status: str = ""
    half_periods: int | None = None
    target: int | None = None
    received_at: datetime | None = None


@dataclass(frozen=True)
class Projection:
    """What is shown and counted: `half_periods` earned in half tiết, and the step that decided."""

    status: str = ""
    half_periods: int = 0
    first_in: datetime | None = None
    last_out: datetime | None = None
    decided_by: str = ""
    is_unconfirmed: bool = False
    flags: tuple[str, ...] = field(default_factory=tuple)
    last_event: int | None = None


def derive(times: SessionTimes, events: Iterable[Seen]) -> Projection:
    """Status and earned half tiết from the events of one person in one session."""
    alive = _without_annulled(list(events))
    if not alive:
        return Projection()
    newest = max(event.id for event in alive)
    first_in, last_out = _bounds(alive)
    for step, decide in _STEPS:
        decided = decide(times, alive)
        if decided is None:
            continue
        status, earned = decided
        flags = ("conflict",) if _contradicts(step, status, times, alive) else ()
        unconfirmed = step == "claim"
        return Projection(status, 0 if unconfirmed else earned, first_in, last_out, step, unconfirmed, flags, newest)
    return Projection(first_in=first_in, last_out=last_out, last_event=newest)


def _without_annulled(events: list[Seen]) -> list[Seen]:
    annulled = {event.target for event in events if event.kind == "annul"}
    return [event for event in events if event.kind != "annul" and event.id not in annulled]


def _bounds(events: Sequence[Seen]) -> tuple[datetime | None, datetime | None]:
    ins = [event.at for event in events if event.kind == "in"]
    outs = [event.at for event in events if event.kind == "out"]
    return min(ins, default=None), max(outs, default=None)


def _latest(events: Iterable[Seen]) -> Seen | None:
    return max(events, key=lambda event: (event.at, event.id), default=None)


def earned_by(times: SessionTimes, status: str, start: datetime | None, end: datetime | None) -> int:
    """Present earns all; late and left early ⌊half tiết × minutes inside ÷ minutes of the session⌋; else nothing."""
    if status == "present":
        return times.half_periods
    if status not in ("late", "left_early"):
        return 0
    inside = min(end or times.ends_at, times.ends_at) - max(start or times.starts_at, times.starts_at)
    whole = times.ends_at - times.starts_at
    minutes, of = max(inside, timedelta()) // timedelta(minutes=1), whole // timedelta(minutes=1)
    return times.half_periods * minutes // of if of else 0


def _mark(times: SessionTimes, event: Seen | None, events: Sequence[Seen]) -> tuple[str, int] | None:
    if event is None:
        return None
    if event.half_periods is not None:
        return event.status, min(event.half_periods, times.half_periods)
    first_in, last_out = _bounds(events)
    return event.status, earned_by(times, event.status, first_in, last_out)


def _marks(
    *sources: str, after_end: bool | None = None
) -> Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]:
    def decide(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
        def fits(event: Seen) -> bool:
            late = (event.received_at or event.at) >= times.ends_at
            return event.kind == "mark" and event.source in sources and (after_end is None or late is after_end)

        return _mark(times, _latest(filter(fits, events)), events)

    return decide


def _scans(*sources: str) -> Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]:
    def decide(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
        scans = [event for event in events if event.source in sources and event.kind in ("in", "out", "pulse")]
        first_in = min((event.at for event in scans if event.kind in ("in", "pulse")), default=None)
        if first_in is None:
            return None
        last_out = max((event.at for event in scans if event.kind == "out"), default=None)
        status = _scanned_status(times, first_in, last_out)
        if times.pulses:
            return status, _pulsed(times, scans)
        end = last_out if times.has_checkout and status == "left_early" else times.ends_at
        return status, earned_by(times, status, first_in if status == "late" else None, end)

    return decide


def _scanned_status(times: SessionTimes, first_in: datetime, last_out: datetime | None) -> str:
    allowed = timedelta(minutes=times.late_after)
    if times.has_checkout and (last_out is None or last_out < times.ends_at - allowed):
        return "left_early"
    return "present" if first_in <= times.starts_at + allowed else "late"


def _pulsed(times: SessionTimes, scans: Sequence[Seen]) -> int:
    """The checks cut the session into equal parts; a part counts if the check that closes it was met."""
    met = sum(any(opens <= event.at < closes for event in scans) for opens, closes in times.pulses)
    came = 1 if any(event.kind == "in" for event in scans) else 0
    return times.half_periods * min(met + came, len(times.pulses) + 1) // (len(times.pulses) + 1)


def _leave(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
    given = [event for event in events if event.source == "leave" and event.kind == "mark"]
    return ("excused", 0) if given else None


def _contradicts(step: str, status: str, times: SessionTimes, events: Sequence[Seen]) -> bool:
    """A mark of absence against a scan: shown for review until somebody corrects it."""
    if step not in ("staff", "sheet", "import") or status in ("present", "late", "left_early"):
        return False
    return any(event.kind == "in" and event.source in ("personal_qr", "live_code") for event in events)


_STEPS: tuple[tuple[str, Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]], ...] = (
    ("correction", _marks("staff", after_end=True)),
    ("staff", _marks("staff", after_end=False)),
    ("sheet", _marks("sheet")),
    ("import", _marks("import")),
    ("scan", _scans("personal_qr", "live_code")),
    ("claim", _scans("pin")),
    ("leave", _leave),
)
