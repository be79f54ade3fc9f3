"""Does the register still tell what was issued? The first row that does not is named (trust.md §10, S20).

The chain of seals is the yardstick: whoever changes a line by SQL, with the triggers gone, would have to change its
event too, and every seal since, and the head that was printed meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from certificates.artefacts import frozen_of
from certificates.models import Artefact, Certificate, CertificateFile, FileKind, Series, State
from certificates.signing.store import stored_sha256
from certificates.snapshot import Snapshot
from lms.audit.models import Event
from lms.audit.verifying import verify

CHUNK = 500
ISSUED, SIGNED = "certificate.issued", "certificate.signed"


class Broken(Exception):
    """Carries the sentence that names the bad row."""


@dataclass(frozen=True)
class RegisterVerdict:
    """What was found: `fault` is empty when all is well; `unsealed` lines wait for the next seal, so that nothing but
    their event vouches for them yet."""

    series: int
    certificates: int
    files: int
    unsealed: int
    fault: str = ""


def prove(*, anchor: str = "") -> RegisterVerdict:
    """Check the chain, then every line and file against it. `anchor`: "SEAL:ROOT" of a printed register.

    Reads the whole register, in chunks; writes nothing.
    """
    fault = verify(anchor=anchor).fault
    if not fault:
        try:
            _prove_all()
        except Broken as broken:
            fault = str(broken)
    events = Event.objects.filter(object_kind="certificate")
    return RegisterVerdict(
        Series.objects.count(), Certificate.objects.count(), CertificateFile.objects.count(),
        events.unsealed().count(), fault,
    )  # fmt: skip


def _prove_all() -> None:
    for artefact in Artefact.objects.order_by("pk").iterator(chunk_size=10):
        _prove_artefact(artefact)
    _prove_nothing_is_gone()
    for series in Series.objects.order_by("year", "pk"):
        _prove_numbers(series)
    _prove_one_valid()
    for chunk in _chunks():
        _prove_chunk(chunk)
    for row in CertificateFile.objects.select_related("certificate__series").order_by("pk").iterator(chunk_size=CHUNK):
        _prove_file(row)


def _prove_artefact(artefact: Artefact) -> None:
    try:
        frozen_of(artefact)
    except ValueError as error:
        raise Broken(f"the frozen paper {artefact.pk} is not what was drawn: {error}") from error


def _prove_nothing_is_gone() -> None:
    """Every issue in the events has its line: a number at the end of a series leaves no gap."""
    there = Certificate.objects.filter(public_code=OuterRef("object_id"))
    lost = Event.objects.filter(~Exists(there), object_kind="certificate", action=ISSUED).order_by("pk").first()
    if lost is not None:
        raise Broken(f"certificate {lost.data.get('number', '?')} ({lost.object_id}) was issued and its line is gone")


def _prove_numbers(series: Series) -> None:
    expected = 1
    for number in series.certificates.order_by("number").values_list("number", flat=True).iterator(chunk_size=2000):
        if number != expected:
            raise Broken(f"series {series}: number {expected} is missing, the next line has {number}")
        expected += 1
    if expected != series.next_number:
        raise Broken(f"series {series}: {series.next_number - 1} numbers were given and {expected - 1} lines stand")


def _prove_one_valid() -> None:
    valid = Certificate.objects.filter(state=State.VALID).values("enrolment").annotate(lines=Count("pk"))
    twice = valid.filter(lines__gt=1).order_by("enrolment").first()
    if twice is not None:
        row = Certificate.objects.filter(enrolment=twice["enrolment"], state=State.VALID).order_by("-pk")[0]
        raise Broken(f"{_named(row)} is not the only valid certificate of its enrolment")


def _chunks() -> Iterator[list[Certificate]]:
    order = list(Certificate.objects.in_register_order().values_list("pk", flat=True))
    for start in range(0, len(order), CHUNK):
        rows = Certificate.objects.filter(pk__in=order[start : start + CHUNK]).in_register_order()
        yield list(rows.select_related("series", "replaces__series", "replaced_by", "completion"))


def _prove_chunk(rows: list[Certificate]) -> None:
    codes = [row.public_code for row in rows]
    codes += [row.replaced_by.public_code for row in rows if hasattr(row, "replaced_by")]
    told: dict[str, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(object_kind="certificate", object_id__in=codes).order_by("pk"):
        told[event.object_id].append(event)
    for row in rows:
        _prove_printed(row)
        _prove_issue(row, told[row.public_code])
        _prove_state(row, told)
        _prove_chain(row)


def _prove_printed(row: Certificate) -> None:
    """The line says what its snapshot says, and the snapshot is the one of its hash."""
    try:
        printed = Snapshot.from_json(row.snapshot)
    except (ValueError, TypeError) as error:
        raise Broken(f"{_named(row)}: what is printed was changed ({error})") from error
    if printed.sha256() != row.snapshot_sha256:
        raise Broken(f"{_named(row)}: what is printed does not match its hash")
    line = (row.public_code, row.number, row.series.year, row.study_periods, row.issued_on.isoformat(), row.kind)
    paper = (
        printed.code, printed.number, printed.year, printed.study_periods, printed.issued_on, printed.kind,
    )  # fmt: skip
    if line != paper:
        raise Broken(f"{_named(row)}: the line and the paper differ")


def _prove_issue(row: Certificate, told: list[Event]) -> None:
    issued = [event for event in told if event.action == ISSUED]
    if len(issued) != 1:
        raise Broken(f"{_named(row)} has {len(issued)} events of its issue")
    if issued[0].data.get("snapshot") != row.snapshot_sha256:
        raise Broken(f"{_named(row)}: what is printed is not what was issued")
    if issued[0].at != row.issued_at:
        raise Broken(f"{_named(row)} was back-dated: its issue was recorded at {issued[0].at:%Y-%m-%d %H:%M:%S}")
    if issued[0].data.get("counts_on", row.counts_on.isoformat()) != row.counts_on.isoformat():
        raise Broken(f"{_named(row)}: it counts on another day than when it was issued")


def _prove_state(row: Certificate, told: dict[str, list[Event]]) -> None:
    """A change of state has the event of its verb, at its moment; a valid line has no event that ended it."""
    own = [event for event in told[row.public_code] if event.action != ISSUED]
    if row.state == State.VALID:
        ended = [event for event in own if event.action in _ENDS]
        if ended:
            raise Broken(f"{_named(row)} is valid again after {ended[0].action}")
        return
    newer = getattr(row, "replaced_by", None)
    moments = {event.at for event in own} | {event.at for event in (told[newer.public_code] if newer else [])}
    if row.state_at not in moments:
        raise Broken(f"{_named(row)} is {row.state} and no event of that moment says so")
    revoked = next((event for event in own if event.action == "certificate.revoked"), None)
    if row.state == State.REVOKED and (revoked is None or _revocation(row) != _told(revoked)):
        raise Broken(f"{_named(row)}: the ground or the decision of its revocation was changed")


_ENDS = frozenset({"certificate.revoked", "certificate.void_before_handing_over"})


def _revocation(row: Certificate) -> tuple[str, str]:
    return row.ground, row.decision_no


def _told(event: Event) -> tuple[str, str]:
    return event.data.get("ground", ""), event.data.get("decision_no", "")


def _prove_chain(row: Certificate) -> None:
    older, newer = row.replaces, getattr(row, "replaced_by", None)
    if older is not None:
        if older.state == State.VALID:
            raise Broken(f"{_named(row)} replaces {_named(older)}, which is valid still")
        if older.enrolment_id != row.enrolment_id or older.counts_on != row.counts_on:
            raise Broken(f"{_named(row)} replaces a certificate of another enrolment or day")
    if row.state == State.REPLACED and newer is None:
        raise Broken(f"{_named(row)} is replaced by nothing")
    if row.completion.enrolment_id != row.enrolment_id:
        raise Broken(f"{_named(row)} has the completion of another enrolment")


def _prove_file(row: CertificateFile) -> None:
    """A stored file has the bytes of its hash, and an event of that hash."""
    if row.kind != FileKind.SIGNED:
        return
    found = stored_sha256(row.path)
    if found is None:
        raise Broken(f"{_named(row.certificate)}: the signed file {row.sha256[:12]} is gone")
    if found != row.sha256:
        raise Broken(f"{_named(row.certificate)}: the signed file {row.sha256[:12]} was changed")
    about = Event.objects.about("certificate", row.certificate.public_code)
    if not about.filter(action=SIGNED, at=row.recorded_at, data__file=row.sha256).exists():
        raise Broken(f"{_named(row.certificate)}: no event tells of the signed file {row.sha256[:12]}")


def _named(row: Certificate) -> str:
    return f"certificate {row.number_label} ({row.public_code})"
