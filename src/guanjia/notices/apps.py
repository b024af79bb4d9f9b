from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "guanjia.notices"
    label = "notices"
