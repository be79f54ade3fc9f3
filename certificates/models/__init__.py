"""The register."""

from certificates.models.beside import Amendment, CertificateFile, FileKind, LossRequest, LossState
from certificates.models.certificates import AMENDABLE, Certificate, Ground, Kind, State, valid_q
from certificates.models.series import Artefact, Series, Signing, Template, TemplateState, TemplateVersion
from certificates.models.signatories import Signatory

__all__ = [
    "AMENDABLE",
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
