"""The CMS: pages, and the trainers' screens."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Widgets without inline script; publishing writes the records; what is done with pages is told."""
        # the registry must be ready first
        from cms import addresses, csp, literal_words, publishing, telling  # noqa: PLC0415

        csp.install()
        literal_words.install()
        publishing.connect()
        addresses.connect()
        telling.connect()
