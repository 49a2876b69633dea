from django.urls import URLPattern, path

from .views import imports, keys, pos, receipts, sales

app_name = "sales"
urlpatterns: list[URLPattern] = [
    # The till
    path("pos/", pos.pos, name="pos"),
    path("pos/add-item/", pos.add_item, name="add_item"),
    path("pos/change-item/", pos.change_item, name="change_item"),
    path("pos/remove-item/", pos.remove_item, name="remove_item"),
    path("pos/search/", pos.product_search, name="product_search"),
    path("pos/pay/", pos.pay, name="pay"),
    path("pos/done/<int:pk>/", receipts.sale_done, name="sale_done"),
    path("pos/keys/", keys.till_keys, name="till_keys"),
    path("pos/keys/usual/", keys.till_keys_usual, name="till_keys_usual"),
    # Sales and returns
    path("sales/", sales.sale_list, name="sale_list"),
    path("sales/<int:pk>/", sales.sale_show, name="sale_show"),
    path("sales/<int:pk>/receipt/", receipts.sale_receipt, name="sale_receipt"),
    path("sales/<int:pk>/cancel/", sales.sale_cancel, name="sale_cancel"),
    path("returns/", sales.return_list, name="return_list"),
    path("returns/<int:pk>/", sales.return_show, name="return_show"),
    # Past sales from a file
    path("sales/import/", imports.import_start, name="import_start"),
    path("sales/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("sales/import/<int:pk>/drop/", imports.import_drop, name="import_drop"),
]
