from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "guanjia.ui"
    label = "ui"
