from django.urls import URLPattern, path

from .views import adjustments, moves, stocks, warehouse_choice

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("stocks/", stocks.stock_list, name="stock_list"),
    path("moves/", moves.move_list, name="move_list"),
    path("adjustments/", adjustments.adjustment_list, name="adjustment_list"),
    path("adjustments/new/", adjustments.adjustment_create, name="adjustment_create"),
    path("adjustments/preview/", adjustments.adjustment_preview, name="adjustment_preview"),
    path("adjustments/<int:pk>/", adjustments.adjustment_show, name="adjustment_show"),
    path("warehouse/", warehouse_choice.warehouse_choose, name="warehouse_choose"),
]
