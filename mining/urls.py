from django.urls import URLPattern, path

from .views import charts, hints, rules, runs

app_name = "mining"
urlpatterns: list[URLPattern] = [
    path("run/", runs.run, name="run"),
    path("run/estimate/", runs.run_estimate, name="run_estimate"),
    path("runs/", runs.run_list, name="run_list"),
    path("runs/compare/", runs.run_compare, name="run_compare"),
    path("runs/<int:pk>/", runs.run_show, name="run_show"),
    path("runs/<int:pk>/activate/", runs.run_activate, name="run_activate"),
    path("rules/", rules.rule_list, name="rule_list"),
    path("rules/chart/", charts.rule_chart, name="rule_chart"),
    path("rules/<int:pk>/", rules.rule_show, name="rule_show"),
    path("recommendations/", hints.recommendations, name="recommendations"),
]
