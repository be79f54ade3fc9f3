from django.apps import AppConfig

from lms import celery
from lms.operate import checks  # noqa: F401 - importing registers them


class OperateConfig(AppConfig):
    """The switchboard: serving, setting up, mending, watching."""

    name = "lms.operate"
    label = "operate"

    def ready(self) -> None:
        """Make our Celery app the current one in web processes and commands too."""
        celery.app.set_default()
