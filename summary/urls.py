from django.urls import URLPattern, path

from . import views

app_name = "summary"
urlpatterns: list[URLPattern] = [
    path("", views.dashboard, name="dashboard"),
    path("api/top-products/", views.top_products_data, name="top_products"),
]
