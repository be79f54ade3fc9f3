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
    "Signing",
    "State",
    "Template",
    "TemplateState",
    "TemplateVersion",
    "valid_q",
]
