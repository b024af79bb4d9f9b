from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "guanjia.cases"
    label = "cases"
