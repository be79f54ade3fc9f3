"""The register."""

from certificates.models.certificates import (
    Amendment,
    Certificate,
    CertificateFile,
    FileKind,
    Ground,
    Kind,
    LossRequest,
    LossState,
    State,
    valid_q,
)
from certificates.models.series import Artefact, Series, Signing, Template, TemplateState, TemplateVersion
from certificates.models.signatories import Signatory

__all__ = [
    "Amendment",
    "Artefact",
    "Certificate",
    "CertificateFile",
    "FileKind",
    "Ground",
    "Kind",
    "LossRequest",
    "LossState",
    "Series",
    "Signatory",
    "Signing",
    "State",
    "Template",
    "TemplateState",
    "TemplateVersion",
    "valid_q",
]
