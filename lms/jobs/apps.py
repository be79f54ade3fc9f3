from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Work that outlives a request."""

    name = "lms.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Find the handlers of every app, and the Celery tasks with them."""
        autodiscover_modules("tasks")
