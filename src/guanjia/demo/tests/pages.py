"""The site as a demo has it."""

from importlib import import_module

from django.urls import include, path

urlpatterns = [path("demo/", include("guanjia.demo.urls")), *import_module("guanjia.config.urls").urlpatterns]
