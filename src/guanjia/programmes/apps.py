from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "guanjia.programmes"
    label = "programmes"
