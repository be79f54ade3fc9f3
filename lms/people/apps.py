from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.web.navigation import NavItem, register


def is_signed_in(request: HttpRequest) -> bool:
    """Who sees the list of agencies."""
    return bool(request.user.is_authenticated)


class PeopleConfig(AppConfig):
    name = "lms.people"
    label = "people"

    def ready(self) -> None:
        """The predicates of rosters, and an entry of the menu."""
        from lms.people import (  # noqa: F401, PLC0415 - models must be loaded first
            access,
            menu,
            reorganising,
            signing_in,
            touching,
        )

        register(
            NavItem(label=_("My files"), url_name="people:jobs", shows=menu.shows_to_roles, order=90, of_account=True)
        )
        register(NavItem(label=_("Agencies"), url_name="people:agencies", shows=is_signed_in, order=60))
        register(
            NavItem(label=_("Reorganisation"), url_name="people:reorganisations", shows=menu.shows_drafts, order=61)
        )
        register(
            NavItem(
                label=_("API tokens"), url_name="people:tokens", shows=menu.shows_to_roles, order=90, of_account=True
            )
        )
