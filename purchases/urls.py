from django.urls import URLPattern, path

from . import views

app_name = "purchases"
urlpatterns: list[URLPattern] = [
    path("po/", views.order_list, name="order_list"),
    path("po/<int:pk>/", views.order_show, name="order_show"),
    path("grn/", views.receipt_list, name="receipt_list"),
    path("grn/<int:pk>/", views.receipt_show, name="receipt_show"),
]
