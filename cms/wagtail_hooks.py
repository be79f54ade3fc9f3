"""What the CMS adds to Wagtail. Registration only."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def start_widgets() -> str:
    """The module that starts widgets which announce themselves without inline script (cms/csp.py)."""
    return format_html('<script type="module" src="{}"></script>', static("cms/start.js"))
