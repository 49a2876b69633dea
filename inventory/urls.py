from django.urls import URLPattern, path

from .views import adjustments, moves, stocks, warehouse_choice, warehouses

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("stocks/", stocks.stock_list, name="stock_list"),
    path("moves/", moves.move_list, name="move_list"),
    path("adjustments/", adjustments.adjustment_list, name="adjustment_list"),
    path("adjustments/new/", adjustments.adjustment_create, name="adjustment_create"),
    path("adjustments/preview/", adjustments.adjustment_preview, name="adjustment_preview"),
    path("adjustments/<int:pk>/", adjustments.adjustment_show, name="adjustment_show"),
    # Warehouses
    path("warehouses/", warehouses.warehouse_list, name="warehouse_list"),
    path("warehouses/new/", warehouses.warehouse_create, name="warehouse_create"),
    path("warehouses/<int:pk>/", warehouses.warehouse_change, name="warehouse_change"),
    path("warehouses/<int:pk>/deactivate/", warehouses.warehouse_deactivate, name="warehouse_deactivate"),
    path("warehouses/<int:pk>/activate/", warehouses.warehouse_activate, name="warehouse_activate"),
    path("warehouse/", warehouse_choice.warehouse_choose, name="warehouse_choose"),
]
