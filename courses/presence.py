"""What the events of a session say about one person: the printed rule (attendance-and-certificates.md §1.2). Pure.

The first step with an event wins; inside it the latest `at`, then the highest id; annulled events do not exist, and
neither does what they annulled. A scan without a check-out proves presence from the check-in on; where a check-out is
asked, only until the person was last seen. A mark that says late or left early, without periods and without a scan,
costs what is least late: `late_after` minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

_SCANNED = ("personal_qr", "live_code")


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
    """An accepted event. `at`: when somebody was seen, or when a mark was made. `target`: the event that it annuls."""

    id: int
    kind: str
    source: str
    at: datetime
    status: str = ""
    half_periods: int | None = None
    target: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Projection:
    """What is shown and counted: `half_periods` earned in half tiết, and the step that decided. `last_event` is the
    newest of all, annulments included."""

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
    told = list(events)
    newest = max((event.id for event in told), default=None)
    alive = _with_ways_out(times, _without_annulled(told))
    first_in, last_out = _bounds(alive)
    for step, decide in _STEPS:
        decided = decide(times, alive)
        if decided is None:
            continue
        status, earned = decided
        flags = _flags(step, status, alive)
        unconfirmed = step == "claim"
        return Projection(status, 0 if unconfirmed else earned, first_in, last_out, step, unconfirmed, flags, newest)
    return Projection(first_in=first_in, last_out=last_out, last_event=newest)


def _without_annulled(events: list[Seen]) -> list[Seen]:
    """An annulment may itself be annulled, by a later one."""
    dead: set[int | None] = set()
    for event in sorted(events, key=lambda event: event.id, reverse=True):
        if event.kind == "annul" and event.id not in dead:
            dead.add(event.target)
    return [event for event in events if event.kind != "annul" and event.id not in dead]


def _with_ways_out(times: SessionTimes, events: list[Seen]) -> list[Seen]:
    """Where checking out is asked, a scan towards the end of somebody who had come is the way out: it does not matter
    in which order scans arrive."""
    if not times.has_checkout:
        return events
    leaving_from = times.ends_at - timedelta(minutes=times.late_after)
    came = min((event.at for event in events if event.kind == "in"), default=leaving_from)
    return [
        replace(event, kind="out") if event.kind == "in" and event.at >= leaving_from and event.at > came else event
        for event in events
    ]


def claimed(times: SessionTimes, events: Iterable[Seen]) -> tuple[str, int] | None:
    """What the claims of somebody would earn if staff confirmed them; None where there is no claim."""
    return _scans(("pin",))(times, _with_ways_out(times, _without_annulled(list(events))))


def _flags(step: str, status: str, events: Sequence[Seen]) -> tuple[str, ...]:
    """What a person should look at, once each; a correction has looked at everything before it."""
    if step == "correction":
        return ()
    seen = {flag for event in events for flag in event.flags}
    return tuple(sorted(seen | {"conflict"} if _contradicts(step, status, events) else seen))


def _bounds(events: Iterable[Seen]) -> tuple[datetime | None, datetime | None]:
    """The first check-in and the last check-out."""
    seen = list(events)
    ins = [event.at for event in seen if event.kind == "in"]
    outs = [event.at for event in seen if event.kind == "out"]
    return min(ins, default=None), max(outs, default=None)


def _latest(events: Iterable[Seen]) -> Seen | None:
    return max(events, key=lambda event: (event.at, event.id), default=None)


def earned_by(times: SessionTimes, start: datetime, end: datetime) -> int:
    """⌊half tiết × minutes inside ÷ minutes of the session⌋."""
    inside = min(end, times.ends_at) - max(start, times.starts_at)
    minutes, of = (max(span, timedelta()) // timedelta(minutes=1) for span in (inside, times.ends_at - times.starts_at))
    return times.half_periods * minutes // of if of else 0


def _mark(times: SessionTimes, mark: Seen, events: Sequence[Seen]) -> int:
    """What a mark earns: its own periods, else all for present, the minutes for late and left early, nothing else."""
    if mark.status not in ("present", "late", "left_early"):
        return 0
    if mark.half_periods is not None:
        return min(mark.half_periods, times.half_periods)
    if mark.status == "present":
        return times.half_periods
    first_in, last_out = _bounds(event for event in events if event.source in _SCANNED)
    start, end, least = times.starts_at, times.ends_at, timedelta(minutes=times.late_after)
    if mark.status == "late":
        start = max(first_in or start, start + least)
    else:
        start, end = first_in or start, min(last_out or end, end - least)
    return earned_by(times, start, end)


def _marks(
    *sources: str, after_end: bool | None = None
) -> Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]:
    def decide(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
        def fits(event: Seen) -> bool:
            is_late = event.at >= times.ends_at
            return event.kind == "mark" and event.source in sources and after_end in (None, is_late)

        mark = _latest(filter(fits, events))
        return (mark.status, _mark(times, mark, events)) if mark else None

    return decide


def _scans(sources: Collection[str]) -> Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]:
    def decide(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
        scans = [event for event in events if event.source in sources and event.kind in ("in", "out", "pulse")]
        first_in = min((event.at for event in scans if event.kind != "out"), default=None)
        if first_in is None:
            return None
        last_out = max((event.at for event in scans if event.kind == "out"), default=None)
        status = _scanned_status(times, first_in, last_out)
        if times.pulses:
            return status, _pulsed(times, scans, is_out=status != "left_early")
        if status == "present":
            return status, times.half_periods
        end = max(event.at for event in scans) if status == "left_early" else times.ends_at
        return status, earned_by(times, first_in, end)

    return decide


def _scanned_status(times: SessionTimes, first_in: datetime, last_out: datetime | None) -> str:
    allowed = timedelta(minutes=times.late_after)
    if times.has_checkout and (last_out is None or last_out < times.ends_at - allowed):
        return "left_early"
    return "present" if first_in <= times.starts_at + allowed else "late"


def _pulsed(times: SessionTimes, scans: Sequence[Seen], *, is_out: bool) -> int:
    """The checks cut the session into parts; a part counts if the check that closes it was met. The last part is closed
    by the check-out where one is asked, else by the last quick check."""
    met = [any(opens <= event.at < closes for event in scans) for opens, closes in sorted(times.pulses)]
    cuts = [min(max(opens, times.starts_at), times.ends_at) for opens, _closes in sorted(times.pulses)]
    if times.has_checkout:
        met.append(is_out)
    else:
        cuts.pop()
    edges = [times.starts_at, *cuts, times.ends_at]
    parts = zip(pairwise(edges), met, strict=True)
    inside = sum((end - start for (start, end), was_met in parts if was_met), timedelta())
    return earned_by(times, times.starts_at, times.starts_at + inside)


def _leave(times: SessionTimes, events: Sequence[Seen]) -> tuple[str, int] | None:
    """Leave counts if it was granted before the session began."""
    granted = (event for event in events if event.source == "leave" and event.kind == "mark")
    return ("excused", 0) if any(event.at < times.starts_at for event in granted) else None


def _contradicts(step: str, status: str, events: Sequence[Seen]) -> bool:
    """A mark of absence against a scan: shown for review until somebody corrects it."""
    if step not in ("staff", "sheet", "import") or status in ("present", "late", "left_early"):
        return False
    return any(event.kind != "mark" and event.source in _SCANNED for event in events)


_STEPS: tuple[tuple[str, Callable[[SessionTimes, Sequence[Seen]], tuple[str, int] | None]], ...] = (
    ("correction", _marks("staff", after_end=True)),
    ("staff", _marks("staff", after_end=False)),
    ("sheet", _marks("sheet")),
    ("import", _marks("import")),
    ("import", _scans(("import",))),
    ("scan", _scans(_SCANNED)),
    ("claim", _scans(("pin",))),
    ("leave", _leave),
)
