from django.apps import AppConfig

from guanjia.kernel.subscriptions import subscribe


class CasesConfig(AppConfig):
    name = "guanjia.cases"
    label = "cases"

    def ready(self) -> None:
        subscribe("calendar.changed", "guanjia.cases.jobs:on_calendar_changed")
