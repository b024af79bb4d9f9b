from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "guanjia.access"
    label = "access"
