from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "guanjia.kernel"
    label = "kernel"
