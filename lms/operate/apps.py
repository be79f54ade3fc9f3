from django.apps import AppConfig


class OperateConfig(AppConfig):
    name = "lms.operate"
    label = "operate"
