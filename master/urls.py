from django.urls import URLPattern

app_name = "master"
urlpatterns: list[URLPattern] = []
