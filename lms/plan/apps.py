from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "lms.plan"
    label = "plan"

    def ready(self) -> None:
        """Rules of access, what a reorganisation touches, and the entry of the menu, for everybody who is signed in."""
        from lms.plan import access, touching  # noqa: F401, PLC0415 - the registries must be ready first
        from lms.plan.views import menu  # noqa: PLC0415 - models must be loaded first
        from lms.web.navigation import NavItem, register  # noqa: PLC0415 - apps must be loaded first

        register(
            NavItem(
                label=_("The plan"),
                url_name="plan:plan",
                shows=lambda request: request.user.is_authenticated,
                order=50,
            )
        )
        register(NavItem(label=_("Legal settings"), url_name="plan:settings", shows=menu.shows_law, order=51))
