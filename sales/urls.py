from django.urls import URLPattern, path

from .views import display, imports, keys, pos, pos_basket, pos_pay, printers, receipts, returns, sales, shifts

app_name = "sales"
urlpatterns: list[URLPattern] = [
    # The till
    path("pos/", pos.pos, name="pos"),
    path("pos/add-item/", pos.add_item, name="add_item"),
    path("pos/change-item/", pos.change_item, name="change_item"),
    path("pos/remove-item/", pos.remove_item, name="remove_item"),
    path("pos/search/", pos.product_search, name="product_search"),
    path("pos/line/", pos_basket.change_line, name="change_line"),
    path("pos/discount/", pos_basket.discount, name="discount"),
    path("pos/hold/", pos_basket.hold, name="hold"),
    path("pos/held/", pos_basket.held_list, name="held_list"),
    path("pos/resume/", pos_basket.resume, name="resume"),
    path("pos/customer/", pos_basket.set_customer, name="set_customer"),
    path("pos/customer/new/", pos_basket.add_customer, name="add_customer"),
    path("pos/customers/", pos_basket.customer_search, name="customer_search"),
    path("pos/reprint/", pos_pay.reprint, name="reprint"),
    path("pos/quote/", pos_pay.quote, name="quote"),
    path("pos/pay/", pos_pay.pay, name="pay"),
    path("pos/done/<int:pk>/", receipts.sale_done, name="sale_done"),
    path("pos/keys/", keys.till_keys, name="till_keys"),
    path("pos/keys/usual/", keys.till_keys_usual, name="till_keys_usual"),
    # The customer's screen
    path("display/<str:token>/", display.display, name="display"),
    path("display/<str:token>/state/", display.display_state, name="display_state"),
    # Shifts
    path("shift/", shifts.shift_own, name="shift_own"),
    path("shift/open/", shifts.shift_open, name="shift_open"),
    path("shift/cash/", shifts.shift_cash, name="shift_cash"),
    path("shift/drawer/", shifts.shift_drawer, name="shift_drawer"),
    path("shift/close/", shifts.shift_close_own, name="shift_close_own"),
    path("shifts/", shifts.shift_list, name="shift_list"),
    path("shifts/<int:pk>/", shifts.shift_show, name="shift_show"),
    path("shifts/<int:pk>/close/", shifts.shift_close, name="shift_close"),
    path("shifts/<int:pk>/report/", shifts.shift_slip, name="shift_slip"),
    # Receipt printers
    path("shop/printers/", printers.printer_list, name="printer_list"),
    path("shop/printers/new/", printers.printer_create, name="printer_create"),
    path("shop/printers/<int:pk>/", printers.printer_change, name="printer_change"),
    path("shop/printers/<int:pk>/test/", printers.printer_test, name="printer_test"),
    path("shop/printers/<int:pk>/deactivate/", printers.printer_deactivate, name="printer_deactivate"),
    path("shop/printers/<int:pk>/activate/", printers.printer_activate, name="printer_activate"),
    # Sales and returns
    path("sales/", sales.sale_list, name="sale_list"),
    path("sales/<int:pk>/", sales.sale_show, name="sale_show"),
    path("sales/<int:pk>/receipt/", receipts.sale_receipt, name="sale_receipt"),
    path("sales/<int:pk>/receipt.pdf", receipts.sale_receipt_pdf, name="sale_receipt_pdf"),
    path("sales/<int:pk>/print/", receipts.sale_print, name="sale_print"),
    path("sales/<int:pk>/email/", receipts.sale_email, name="sale_email"),
    path("sales/<int:pk>/cancel/", sales.sale_cancel, name="sale_cancel"),
    path("returns/", returns.return_list, name="return_list"),
    path("returns/new/", returns.return_start, name="return_start"),
    path("returns/new/<int:pk>/", returns.return_new, name="return_new"),
    path("returns/new/<int:pk>/refund/", returns.return_refund, name="return_refund"),
    path("returns/<int:pk>/", returns.return_show, name="return_show"),
    path("returns/<int:pk>/receipt/", receipts.return_receipt, name="return_receipt"),
    # Past sales from a file
    path("sales/import/", imports.import_start, name="import_start"),
    path("sales/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("sales/import/<int:pk>/drop/", imports.import_drop, name="import_drop"),
]
