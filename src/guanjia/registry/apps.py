from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "guanjia.registry"
    label = "registry"
