"""`manage.py verify_certificate FILE.pdf`: is this file one of ours, and unchanged."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.copies import which_copy
from certificates.models import Certificate, CertificateFile
from certificates.signing.inspection import inspect, original_sha256
from lms.refusal import Refused


class Command(BaseCommand):
    """Ends with 0 for a file of a certificate that is in the register, else with 1 and the reason."""

    help = "Find the certificate of a PDF file by its content and say whether the file is unchanged and signed."

    def add_arguments(self, parser: CommandParser) -> None:
        """An unsigned copy is drawn again to be compared: its code says which."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--code", default="", help="the code printed on it, for a copy that was never signed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        digest = hashlib.sha256(content).hexdigest()
        row = self._certificate(content, digest, options["code"])
        copy = which_copy(row, digest)
        if not copy:
            raise CommandError(f"The file is not one of certificate {row.number_label}: it was changed or saved anew.")
        self.stdout.write(
            f"Certificate {row.number_label} ({row.public_code}), {row.state}: the {copy} copy, unchanged."
        )
        if copy in ("signed", "withdrawn"):
            try:
                found = inspect(content)
            except Refused as reason:
                raise CommandError(f"The signature is not in order: {reason.code}") from reason
            chain = "its chain is trusted" if found.trusted else "its chain could not be checked"
            self.stdout.write(f"Signed by {found.signer}, {found.signed_at}; {chain}.")

    def _certificate(self, content: bytes, digest: str, code: str) -> Certificate:
        if code:
            row = Certificate.objects.select_related("series", "artefact").filter(public_code=code).first()
            if row is None:
                raise CommandError("No certificate has this code.")
            return row
        try:
            hashes = {digest, original_sha256(content)}
        except Refused as reason:
            raise CommandError("This is not a PDF file.") from reason
        known = CertificateFile.objects.select_related("certificate__series", "certificate__artefact")
        file = known.filter(sha256__in=hashes).first()
        if file is None:
            raise CommandError("No signed or exported file has this content. For an unsigned copy, give --code.")
        return file.certificate
