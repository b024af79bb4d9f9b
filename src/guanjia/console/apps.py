from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "guanjia.console"
    label = "console"
