"""The register: certificates, their papers, their verification."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        """Rules, the panel of /my/, and the entry in the menu."""
        from certificates import merging, panels, rules, touching  # noqa: F401, PLC0415 - the registries must be ready first
        from lms.web.navigation import NavItem, register  # noqa: PLC0415

        panels.connect()
        register(
            NavItem(
                label=_("Verify a certificate"), url_name="certificates:verify", shows=lambda request: True, order=90
            )
        )
