from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "guanjia.fieldwork"
    label = "fieldwork"
