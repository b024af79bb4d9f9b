from django.apps import AppConfig

from guanjia.kernel.subscriptions import subscribe


class NoticesConfig(AppConfig):
    name = "guanjia.notices"
    label = "notices"

    def ready(self) -> None:
        subscribe("case.changed", "guanjia.notices.listeners:on_case_changed")
        subscribe("absence.recorded", "guanjia.notices.listeners:on_absence_recorded")
        subscribe("caseload.handed_over", "guanjia.notices.listeners:on_caseload_handed_over")
        subscribe("coverage.gap", "guanjia.notices.listeners:on_coverage_gap")
        subscribe("access.odd_reading", "guanjia.notices.listeners:on_odd_reading")
