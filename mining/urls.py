from django.urls import URLPattern, path

from . import views

app_name = "mining"
urlpatterns: list[URLPattern] = [
    path("recommendations/", views.recommendations, name="recommendations"),
]
