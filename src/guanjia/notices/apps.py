from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "guanjia.notices"
    label = "notices"

    def ready(self) -> None:
        # Subscribers read models, which cannot be imported before every room's are loaded.
        import_module("guanjia.notices.listeners").listen()
