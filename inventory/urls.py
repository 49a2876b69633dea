from django.urls import URLPattern, path

from .views import adjustments, batches, labels, moves, stocks, warehouse_choice, warehouses

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
    # Warehouses
    path("warehouses/", warehouses.warehouse_list, name="warehouse_list"),
    path("warehouses/new/", warehouses.warehouse_create, name="warehouse_create"),
    path("warehouses/<int:pk>/", warehouses.warehouse_change, name="warehouse_change"),
    path("warehouses/<int:pk>/deactivate/", warehouses.warehouse_deactivate, name="warehouse_deactivate"),
    path("warehouses/<int:pk>/activate/", warehouses.warehouse_activate, name="warehouse_activate"),
    path("warehouse/", warehouse_choice.warehouse_choose, name="warehouse_choose"),
]
