"""Drawing a template version once and keeping the bytes. Only jobs and `manage.py setup` come here."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from certificates.artefacts import DEFAULT_TEMPLATE
from certificates.engine import ENGINE
from certificates.engine.design import default_layout
from certificates.engine.freeze import freeze
from certificates.engine.layout import Layout
from certificates.models import Artefact, Template, TemplateState, TemplateVersion


def publish_default_template(now: datetime) -> TemplateVersion:
    """The design that every installation begins with, published and frozen. Idempotent; `manage.py setup` calls it."""
    layout = default_layout().to_json()
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


def layout_sha256(layout: dict[str, Any]) -> str:
    """The hash of a layout's canonical JSON."""
    return hashlib.sha256(json.dumps(layout, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def artefact_for(version: TemplateVersion, extra: str) -> Artefact:
    """The frozen paper of a version that also holds the characters of `extra`; drawn on first use, then kept."""
    found = version.artefacts.filter(extra=extra).first()
    if found is not None:
        return found
    frozen = freeze(Layout.from_json(version.layout), extra)
    prefix, tables = frozen.to_parts()
    artefact, _created = Artefact.objects.get_or_create(
        version=version, extra=extra, defaults={"prefix": prefix, "tables": tables, "sha256": frozen.sha256}
    )
    return artefact
