from django.urls import URLPattern, path

from .views import adjustments, batches, counts, labels, moves, stocks, transfers, warehouse_choice, warehouses

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("stocks/", stocks.stock_list, name="stock_list"),
    path("stocks/<int:pk>/batches/", batches.batch_list, name="batch_list"),
    path("stocks/<int:pk>/batches/start/", batches.batch_start, name="batch_start"),
    path("stocks/<int:pk>/batches/stop/", batches.batch_stop, name="batch_stop"),
    path("moves/", moves.move_list, name="move_list"),
    path("adjustments/", adjustments.adjustment_list, name="adjustment_list"),
    path("adjustments/new/", adjustments.adjustment_create, name="adjustment_create"),
    path("adjustments/preview/", adjustments.adjustment_preview, name="adjustment_preview"),
    path("adjustments/<int:pk>/", adjustments.adjustment_show, name="adjustment_show"),
    path("labels/", labels.label_print, name="label_print"),
    # Transfers
    path("transfers/", transfers.transfer_list, name="transfer_list"),
    path("transfers/new/", transfers.transfer_create, name="transfer_create"),
    path("transfers/preview/", transfers.transfer_preview, name="transfer_preview"),
    path("transfers/<int:pk>/", transfers.transfer_show, name="transfer_show"),
    path("transfers/<int:pk>/receive/", transfers.transfer_take, name="transfer_take"),
    # Stock counts
    path("counts/", counts.count_list, name="count_list"),
    path("counts/new/", counts.count_create, name="count_create"),
    path("counts/due/", counts.count_due, name="count_due"),
    path("counts/due/open/", counts.count_due_open, name="count_due_open"),
    path("counts/<int:pk>/", counts.count_show, name="count_show"),
    path("counts/<int:pk>/count/", counts.count_step, name="count_step"),
    path("counts/<int:pk>/line/", counts.count_line, name="count_line"),
    path("counts/<int:pk>/submit/", counts.count_submit, name="count_submit"),
    path("counts/<int:pk>/back/", counts.count_back, name="count_back"),
    path("counts/<int:pk>/approve/", counts.count_approve, name="count_approve"),
    path("counts/<int:pk>/cancel/", counts.count_cancel, name="count_cancel"),
    path("counts/<int:pk>/print/", counts.count_print, name="count_print"),
    # Warehouses
    path("warehouses/", warehouses.warehouse_list, name="warehouse_list"),
    path("warehouses/new/", warehouses.warehouse_create, name="warehouse_create"),
    path("warehouses/<int:pk>/", warehouses.warehouse_change, name="warehouse_change"),
    path("warehouses/<int:pk>/deactivate/", warehouses.warehouse_deactivate, name="warehouse_deactivate"),
    path("warehouses/<int:pk>/activate/", warehouses.warehouse_activate, name="warehouse_activate"),
    path("warehouse/", warehouse_choice.warehouse_choose, name="warehouse_choose"),
]
