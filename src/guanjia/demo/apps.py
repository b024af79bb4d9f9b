from pkgutil import resolve_name

from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "guanjia.demo"
    label = "demo"

    def ready(self) -> None:
        if settings.DEMO:
            # By name: it needs the models, which are not there yet when this file is read.
            resolve_name("guanjia.demo.early:enter")()
