"""Which signed file belongs to which certificate, and taking it into the register (Part 3.3)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from certificates.copies import original_copy
from certificates.models import Certificate, CertificateFile, FileKind, Signatory, Signing, State
from certificates.signing.inspection import Signature, inspect, original_sha256
from certificates.signing.store import keep
from courses.models import Run
from lms.days import local_day
from lms.people.models import User
from lms.refusal import Refused


def hand_out(row: Certificate, now: datetime) -> tuple[bytes, str]:
    """The original, for the signer alone, and its hash, noted so that the signed file finds its line again."""
    pdf = original_copy(row)
    digest = hashlib.sha256(pdf).hexdigest()
    CertificateFile.objects.get_or_create(
        sha256=digest,
        defaults={"certificate": row, "kind": FileKind.ORIGINAL, "size": len(pdf), "recorded_at": now},
    )
    return pdf, digest


def accept(content: bytes, run: Run, *, by: User, now: datetime) -> CertificateFile | None:
    """Take a signed file of a certificate of this class; None when it is in the register already.

    Raises Refused: not_a_pdf, file_rewritten, other_class, no_longer_valid, signature_missing, signature_broken,
    changed_while_signing, not_a_signatory, signed_already.
    """
    given = CertificateFile.objects.filter(kind=FileKind.ORIGINAL, sha256=original_sha256(content)).first()
    if given is None:
        raise Refused("file_rewritten", _("The file was saved anew, or it is none of ours: its content differs."))
    row = Certificate.objects.select_related("series", "person", "agency", "enrolment").get(pk=given.certificate_id)
    if row.enrolment.run_id != run.pk:
        raise Refused("other_class", _("This certificate belongs to another class."))
    signature = inspect(content)
    _refuse_strangers(row, signature, now)
    return take_in(row, content, signature, by=by, now=now)


def take_in(
    row: Certificate, content: bytes, signature: Signature, *, by: User | None, now: datetime
) -> CertificateFile | None:
    """Store the file and tell the register: one in force, never overwritten. Raises Refused: no_longer_valid,
    signed_already."""
    digest = hashlib.sha256(content).hexdigest()
    if CertificateFile.objects.filter(sha256=digest).exists():
        return None
    if row.state != State.VALID:
        raise Refused("no_longer_valid", _("This certificate is no longer valid; it takes no signature."))
    if row.files.filter(kind=FileKind.SIGNED, withdrawn_at=None).exists():
        raise _signed_already()
    _digest, path = keep(content)
    try:
        with transaction.atomic():
            made = CertificateFile.objects.create(
                certificate=row, kind=FileKind.SIGNED, sha256=digest, size=len(content), path=path,
                facts=signature.as_facts(), recorded_at=now,
            )  # fmt: skip
            row.record("certificate.signed", by=by, now=now, file=digest, signer=signature.fingerprint)
    except IntegrityError as error:
        if CertificateFile.objects.filter(sha256=digest).exists():
            return None
        raise _signed_already() from error
    return made


def _refuse_strangers(row: Certificate, signature: Signature, now: datetime) -> None:
    """Whose signature counts: somebody of the issuer's list on the day of signing. A test series takes any."""
    if row.series.signing == Signing.TEST:
        return
    day = local_day(signature.signed_at or now)
    listed = Signatory.objects.on(day).filter(issuer=row.series.issuer_id, fingerprint=signature.fingerprint)
    if not listed.exists():
        raise Refused(
            "not_a_signatory",
            _("%(name)s is not on the issuer's list of signatories on that day.") % {"name": signature.signer},
        )


def _signed_already() -> Refused:
    return Refused("signed_already", _("A signed file of this certificate is in force; another does not replace it."))
