from django.apps import AppConfig


class AuditConfig(AppConfig):
    """What happened, append-only."""

    name = "lms.audit"
    label = "audit"
