from django.urls import URLPattern, path

from .views import hints

app_name = "mining"
urlpatterns: list[URLPattern] = [
    path("recommendations/", hints.recommendations, name="recommendations"),
]
