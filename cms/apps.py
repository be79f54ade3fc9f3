"""The CMS: pages, and the trainers' screens."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Widgets without inline script; publishing writes the records; what is done with pages is told."""
        from cms import addresses, csp, publishing, telling  # noqa: PLC0415 — the registry must be ready first

        csp.install()
        publishing.connect()
        addresses.connect()
        telling.connect()
