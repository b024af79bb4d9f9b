from django.urls import path

from guanjia.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.stage, name="backstage"),
    path("<str:number>/run-out/", views.run_out, name="run_out"),
    path("<str:number>/as-next/", views.act_as_next, name="act_as_next"),
]
