from django.urls import URLPattern, path

from .views import drafts, orders, prices, receipts, receive, supplier_page, supplier_record, supplier_returns

app_name = "purchases"
urlpatterns: list[URLPattern] = [
    path("po/", orders.order_list, name="order_list"),
    path("po/new/", drafts.order_create_page, name="order_create"),
    path("po/<int:pk>/", orders.order_show, name="order_show"),
    path("po/<int:pk>/change/", drafts.order_change_page, name="order_change"),
    path("po/<int:pk>/send/", orders.order_send, name="order_send"),
    path("po/<int:pk>/email/", orders.order_email, name="order_email"),
    path("po/<int:pk>/cancel/", orders.order_cancel, name="order_cancel"),
    path("po/<int:pk>/print/", orders.order_print, name="order_print"),
    path("po/<int:pk>/order.pdf", orders.order_pdf_file, name="order_pdf"),
    path("po/prices/", prices.price_list, name="price_list"),
    path("po/prices/new/", prices.price_create, name="price_create"),
    path("po/prices/<int:pk>/", prices.price_change, name="price_change"),
    path("po/prices/of-supplier/<int:pk>/", prices.prices_of_supplier, name="prices_of_supplier"),
    path("po/record/<int:pk>/", supplier_record.supplier_record, name="supplier_record"),
    # The supplier's own page of one order
    path("supplier/<str:token>/", supplier_page.supplier_page, name="supplier_page"),
    path("grn/", receipts.receipt_list, name="receipt_list"),
    path("grn/new/", receive.receipt_create, name="receipt_create"),
    path("grn/<int:pk>/", receipts.receipt_show, name="receipt_show"),
    path("grn/<int:pk>/return/", supplier_returns.receipt_return, name="receipt_return"),
    # Returns to suppliers
    path("supplier-returns/", supplier_returns.supplier_return_list, name="supplier_return_list"),
    path("supplier-returns/new/", supplier_returns.supplier_return_create, name="supplier_return_create"),
    path("supplier-returns/<int:pk>/", supplier_returns.supplier_return_show, name="supplier_return_show"),
]
