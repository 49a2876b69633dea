from django.urls import URLPattern, path

from .views import dashboard, expiry, recall, reports, rules

app_name = "summary"
urlpatterns: list[URLPattern] = [
    path("summary/", dashboard.dashboard, name="dashboard"),
    path("summary/api/top-products/", dashboard.top_products_data, name="top_products"),
    path("summary/api/top-rules/", rules.top_rules_data, name="top_rules"),
    path("expiry/", expiry.expiry_list, name="expiry_list"),
    path("recall/", recall.recall, name="recall"),
    # Reports
    path("reports/", reports.report_index, name="report_list"),
    path("reports/purchases/", reports.purchases, name="report_purchases"),
    path("reports/receipts/", reports.receipts, name="report_receipts"),
    path("reports/stock-card/", reports.stock_card, name="report_stock_card"),
    path("reports/stock-on/", reports.stock_on_day, name="report_stock_on"),
    path("reports/valuation/", reports.valuation, name="report_valuation"),
]
