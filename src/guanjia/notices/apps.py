from django.apps import AppConfig

from guanjia.kernel.subscriptions import subscribe

_LISTENERS = {
    "case.changed": "on_case_changed",
    "absence.recorded": "on_absence_recorded",
    "caseload.handed_over": "on_caseload_handed_over",
    "coverage.gap": "on_coverage_gap",
    "access.odd_reading": "on_odd_reading",
}


class NoticesConfig(AppConfig):
    name = "guanjia.notices"
    label = "notices"

    def ready(self) -> None:
        for topic, listener in _LISTENERS.items():
            subscribe(topic, f"guanjia.notices.listeners:{listener}")
