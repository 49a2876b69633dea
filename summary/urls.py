from django.urls import URLPattern

app_name = "summary"
urlpatterns: list[URLPattern] = []
