"""Everything under /reorder/."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "replenishment"

urlpatterns: list[URLPattern] = [
    # Policies
    # Settings
    # Suggestions and orders
    # Alerts
    # The calculation of the pharmacy study
    # The calendar
    # Replays
    # Report card
]
