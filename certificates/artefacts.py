"""Template versions drawn once: where a certificate finds its frozen paper (Part 3.2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from certificates.engine import ENGINE, Frozen, default_layout, freeze, layout_sha256
from certificates.models import Artefact, Template, TemplateState, TemplateVersion
from lms.refusal import Refused

DEFAULT_TEMPLATE = "giay-chung-nhan"


def published_template(code: str = DEFAULT_TEMPLATE) -> TemplateVersion:
    """The published version of a design. Raises Refused "template_missing" when there is none."""
    version = TemplateVersion.objects.filter(template__code=code, state=TemplateState.PUBLISHED).first()
    if version is None:
        raise Refused("template_missing", _("No certificate template is published. Ask an administrator."))
    return version


def publish_default_template(now: datetime) -> TemplateVersion:
    """The design that every installation begins with, published and frozen. Idempotent; `manage.py setup` calls it."""
    layout = default_layout()
    with transaction.atomic():
        template, _created = Template.objects.get_or_create(
            code=DEFAULT_TEMPLATE, defaults={"name": "Giấy chứng nhận hoàn thành khóa học"}
        )
        version = template.versions.filter(state=TemplateState.PUBLISHED).first()
        if version is None:
            version = TemplateVersion.objects.create(
                template=template, number=1, state=TemplateState.PUBLISHED, layout=layout, engine=ENGINE,
                sha256=layout_sha256(layout), published_at=now,
            )  # fmt: skip
    artefact_for(version, "")
    return version


def artefact_for(version: TemplateVersion, extra: str) -> Artefact:
    """The frozen paper of a version that also holds the characters of `extra`; frozen on first use, then kept."""
    found = version.artefacts.filter(extra=extra).first()
    if found is not None:
        return found
    frozen = freeze(version.layout, extra)
    prefix, tables = frozen.to_parts()
    artefact, _created = Artefact.objects.get_or_create(
        version=version, extra=extra, defaults={"prefix": prefix, "tables": tables, "sha256": frozen.sha256}
    )
    return artefact


def frozen_of(artefact: Artefact) -> Frozen:
    """The artefact as the renderer takes it."""
    return Frozen.from_parts(bytes(artefact.prefix), artefact.tables)
