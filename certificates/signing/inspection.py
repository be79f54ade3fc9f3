"""A signed file as it came: what was signed, by whom, and whether anything else was touched (Part 3.3).

Nothing is fetched from anywhere: trust comes from the roots that the administrator put into a file.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    CatalogModificationRule,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from lms.refusal import Refused

END = b"%%EOF\n"
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
FORM: Any = DEFAULT_DIFF_POLICY.form_rule
CATALOGUE = {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/MarkInfo", "/Version"}
POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ignored_keys=CATALOGUE | {"/Perms"})  # type: ignore[no-untyped-call]
        if isinstance(rule, CatalogModificationRule)
        else rule
        for rule in DEFAULT_DIFF_POLICY.global_rules
    ],
    form_rule=FormUpdatingRule(
        field_rules=FORM.field_rules,
        ignored_acroform_keys=set(FORM.ignored_acroform_keys) | {"/SigFlags"},
    ),
)
"""As pyHanko's own, which looks at what comes after a signature; we begin at the original, and the first signature
itself may write /Perms, which names the signature that certifies, and /SigFlags."""


@dataclass(frozen=True)
class Signature:
    """The last signature of a file. `trusted`: its chain ends in a root of the administrator's."""

    signer: str
    fingerprint: str
    signed_at: datetime | None
    trusted: bool

    def as_facts(self) -> dict[str, Any]:
        """What is stored beside the file, as JSON."""
        return {
            "signer": self.signer,
            "fingerprint": self.fingerprint,
            "signed_at": self.signed_at.isoformat() if self.signed_at else "",
            "trusted": self.trusted,
        }


def original_sha256(content: bytes) -> str:
    """The hash of the part up to the first end mark: signing only appends. Raises Refused not_a_pdf."""
    end = content.find(END)
    if not content.startswith(b"%PDF-") or end < 0:
        raise Refused("not_a_pdf", _("This is not a PDF file."), status=422)
    return hashlib.sha256(content[: end + len(END)]).hexdigest()


def inspect(content: bytes) -> Signature:
    """The last signature, once all of them were found intact and nothing but signatures was added.

    The caller has compared `original_sha256`. Raises Refused (422): signature_missing, signature_broken,
    changed_while_signing.
    """
    try:
        return _inspect(PdfFileReader(io.BytesIO(content)))
    except Refused:
        raise
    except Exception as error:  # a file of strangers: whatever the parser stumbles over is a damaged file
        raise _broken() from error


def _inspect(reader: PdfFileReader) -> Signature:
    found = reader.embedded_regular_signatures
    if not found:
        raise Refused("signature_missing", _("The file bears no signature."), status=422)
    _only_signatures_added(reader)
    context = ValidationContext(trust_roots=_roots(), allow_fetching=False, revocation_mode="soft-fail")
    status = None
    for place, signature in enumerate(found, start=1):
        status = validate_pdf_signature(signature, context, key_usage_settings=USAGE)
        if not (status.intact and status.valid):
            raise _broken()
        if place == len(found) and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
            raise _changed()
        if not status.docmdp_ok:
            raise _changed()
    assert status is not None  # noqa: S101 - the list is not empty
    certificate = status.signing_cert
    return Signature(
        signer=str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))[:200],
        fingerprint=certificate.sha256.hex(),
        signed_at=status.signer_reported_dt,
        trusted=bool(status.trusted),
    )


def _only_signatures_added(reader: PdfFileReader) -> None:
    """From our own revision to the end: signature fields, their values and stamps, nothing else."""
    result = POLICY.review_file(reader, 0)
    if isinstance(result, SuspiciousModification) or result.modification_level > ModificationLevel.FORM_FILLING:
        raise _changed()


def _roots() -> list[Any]:
    """The administrator's root certificates, read at each import: a new file needs no restart."""
    path = settings.SIGNING_ROOTS
    if not path or not Path(path).is_file():
        return []
    return list(load_certs_from_pemder([path]))  # type: ignore[no-untyped-call]


def _broken() -> Refused:
    return Refused("signature_broken", _("The signature does not fit the file: it was changed afterwards."), status=422)


def _changed() -> Refused:
    return Refused("changed_while_signing", _("Something other than a signature was added to the file."), status=422)
