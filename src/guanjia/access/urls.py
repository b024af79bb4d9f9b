"""Sign-in and one's own account. Of django-allauth only what staff use: nobody registers or resets by mail."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from guanjia.access import views

demo_patterns = [path("as/<int:account_id>/", views.demo_login, name="demo_login")]

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include((demo_patterns, "access"))))
