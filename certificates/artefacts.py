"""Where a certificate finds its frozen paper (Part 3.2). Nothing here draws: web processes never load ReportLab."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from certificates.engine.frozen import Frozen
from certificates.models import Artefact, TemplateState, TemplateVersion
from lms.refusal import Refused

MOST_KEPT = 20
_checked: dict[str, Frozen] = {}
DEFAULT_TEMPLATE = "giay-chung-nhan"


def published_template(code: str = DEFAULT_TEMPLATE) -> TemplateVersion:
    """The published version of a design. Raises Refused "template_missing" when there is none."""
    version = TemplateVersion.objects.filter(template__code=code, state=TemplateState.PUBLISHED).first()
    if version is None:
        raise Refused("template_missing", _("No certificate template is published. Ask an administrator."))
    return version


def frozen_of(artefact: Artefact) -> Frozen:
    """The artefact as the renderer takes it. Raises ValueError if its bytes were altered.

    What was checked once is kept with all that was read out of it, and still taken only for the very same bytes.
    """
    prefix, tables = bytes(artefact.prefix), artefact.tables
    known = _checked.get(artefact.sha256)
    if known is not None and known.prefix == prefix and known.tables == tables:
        return known
    frozen = Frozen.from_parts(prefix, tables, sha256=artefact.sha256)
    if len(_checked) >= MOST_KEPT:
        _checked.clear()
    _checked[artefact.sha256] = frozen
    return frozen


def plain_paper(version: TemplateVersion) -> Frozen:
    """The artefact without extra characters: every published version has one."""
    return frozen_of(version.artefacts.get(extra=""))
