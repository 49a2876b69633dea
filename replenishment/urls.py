"""Everything under /reorder/."""

from django.urls import path

from .views import alerts

app_name = "replenishment"

urlpatterns = [
    # Policies
    # Settings
    # Suggestions and orders
    # Alerts
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/bell/", alerts.bell, name="bell"),
    # The calculation of the pharmacy study
    # The calendar
    # Replays
    # Report card
]
