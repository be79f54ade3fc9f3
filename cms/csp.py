"""Wagtail's widgets without inline script, so that the CMS runs under an enforced policy (trust.md §5).

Wagtail ends some widgets with `<script>new Chooser(…)</script>`. Here they end with an inert
`<template data-start="Chooser" …>` that `cms/start.js` picks up.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def render(
    chooser: BaseChooser, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> str:
    """`BaseChooser.render` with a template element in the place of the script."""
    if not attrs or "id" not in attrs:
        raise TypeError("BaseChooser cannot be rendered without an 'id' attribute")
    value_data = chooser.get_value_data(value)
    if isinstance(chooser, AdminTaskChooser):
        start, options = "createTaskChooser", {}
    else:
        start, options = chooser.js_constructor, chooser.get_js_init_options(attrs["id"], name, value_data)
    return format_html(
        '{}<template data-start="{}" data-id="{}" data-options="{}"></template>',
        chooser.render_html(name, value_data, attrs),
        start,
        attrs["id"],
        json.dumps(options),
    )


def install() -> None:
    """Put `render` in the place of Wagtail's, for every chooser."""
    BaseChooser.render = render
