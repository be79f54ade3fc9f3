"""Signing here: with a test key from a file, or with a token in this machine. The series says which (Part 3.3).

An office's own software signs elsewhere by default; then `certificates.signing.exporting` hands the originals out.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from certificates.models import Series, Signing
from lms.refusal import Refused

FIELD = "Sig1"
RESERVED = 16384
"""Hex digits, so 8 KiB of CMS: room for a chain."""


class Signer(Protocol):
    """Adds a PAdES signature to an original; what was there stays, byte for byte, in front."""

    def sign(self, pdf: bytes) -> bytes: ...


class PdfSigner:
    """PAdES B-B in the field that the frozen template carries; nothing may be changed afterwards."""

    def __init__(self, key: Any) -> None:
        self.key = key

    def sign(self, pdf: bytes) -> bytes:
        """The signed file."""
        about = PdfSignatureMetadata(
            field_name=FIELD, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        out = sign_pdf(writer, about, signer=self.key, bytes_reserved=RESERVED, existing_fields_only=True)
        return bytes(out.getvalue())


class CachedKey(SimpleSigner):
    """pyHanko's own signer decodes the private key anew for every signature; this one does it once."""

    def __init__(self, loaded: SimpleSigner) -> None:
        super().__init__(
            signing_cert=loaded.signing_cert, signing_key=loaded.signing_key, cert_registry=loaded.cert_registry
        )
        self.decoded = load_der_private_key(loaded.signing_key.dump(), password=None)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's signature
        """The bytes of the signature; in a dry run, as many zeros, which costs no sum."""
        if isinstance(self.decoded, rsa.RSAPrivateKey):
            if dry_run:
                return bytes(self.decoded.key_size // 8)
            return self.decoded.sign(data, padding.PKCS1v15(), get_pyca_cryptography_hash(digest_algorithm))
        if isinstance(self.decoded, ec.EllipticCurvePrivateKey):
            return self.decoded.sign(data, ec.ECDSA(get_pyca_cryptography_hash(digest_algorithm)))
        raise Refused("signing_key_unusable", _("The signing key is neither RSA nor of an elliptic curve."))


def signer_for(series: Series) -> Signer:
    """How papers of the series are signed on this machine.

    Raises Refused: signed_on_paper, signing_key_missing, signing_key_unusable, signed_elsewhere, token_missing.
    """
    if series.signing == Signing.PAPER:
        raise Refused("signed_on_paper", _("Certificates of this series are signed on paper."))
    if series.signing == Signing.TEST:
        return _from_file()
    if not settings.SIGNING_PKCS11_MODULE:
        raise Refused("signed_elsewhere", _("The office signs this series with its own software. Export the files."))
    return _from_token()


def signs_here(series: Series) -> bool:
    """Whether this machine is set up to sign the series itself."""
    return series.signing == Signing.TEST or (
        series.signing == Signing.EXTERNAL and bool(settings.SIGNING_PKCS11_MODULE)
    )


def _from_file() -> Signer:
    path = Path(settings.SIGNING_TEST_KEY) if settings.SIGNING_TEST_KEY else None
    if path is None or not path.is_file():
        raise Refused("signing_key_missing", _("No key for test signatures is set up. Ask the administrator."))
    return _loaded(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _loaded(path: str, _changed: int) -> Signer:
    password = settings.SIGNING_TEST_PASSWORD.encode() or None
    try:
        key = SimpleSigner.load_pkcs12_data(Path(path).read_bytes(), other_certs=[], passphrase=password)
    except ValueError:
        key = None
    if key is None:
        raise Refused("signing_key_unusable", _("The file with the signing key does not open. Check its password."))
    return PdfSigner(CachedKey(key))


def _from_token() -> Signer:
    """The module of the token's maker, its first token; it was tried with no real token of an authority."""
    if find_spec("pkcs11") is None or not Path(settings.SIGNING_PKCS11_MODULE).is_file():
        raise Refused(
            "token_missing",
            _("The software of the signing token is not installed on this machine. Export the files and sign them."),
        )
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415 - an optional package

    try:
        session = open_pkcs11_session(settings.SIGNING_PKCS11_MODULE, user_pin=settings.SIGNING_PKCS11_PIN or None)
    except Exception as error:  # every maker's module fails in its own way
        raise Refused(
            "token_missing",
            _("The signing token does not answer. Check that it is plugged in and that the PIN is right."),
        ) from error
    return PdfSigner(PKCS11Signer(session, cert_label=settings.SIGNING_PKCS11_LABEL or None))
