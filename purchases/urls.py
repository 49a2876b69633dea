from django.urls import URLPattern, path

from .views import orders, receipts, receive

app_name = "purchases"
urlpatterns: list[URLPattern] = [
    path("po/", orders.order_list, name="order_list"),
    path("po/<int:pk>/", orders.order_show, name="order_show"),
    path("grn/", receipts.receipt_list, name="receipt_list"),
    path("grn/new/", receive.receipt_create, name="receipt_create"),
    path("grn/<int:pk>/", receipts.receipt_show, name="receipt_show"),
]
