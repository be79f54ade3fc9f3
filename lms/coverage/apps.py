from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "lms.coverage"
    label = "coverage"
