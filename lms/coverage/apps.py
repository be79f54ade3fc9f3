from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoverageConfig(AppConfig):
    name = "lms.coverage"
    label = "coverage"

    def ready(self) -> None:
        """Rules, and entries of the menu."""
        from lms.coverage import rules  # noqa: F401, PLC0415 - the registries must be ready first
        from lms.coverage.views import menu  # noqa: PLC0415 - models must be loaded first
        from lms.web.navigation import NavItem, register  # noqa: PLC0415 - as above

        register(NavItem(label=_("My agency"), url_name="coverage:agency", shows=menu.shows_own, order=20))
        register(NavItem(label=_("Coverage"), url_name="coverage:overview", shows=menu.shows_all, order=30))
