from django.urls import URLPattern, path

from .views import warehouse_choice

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("warehouse/", warehouse_choice.warehouse_choose, name="warehouse_choose"),
]
