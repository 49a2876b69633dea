from django.urls import URLPattern, path

from .views import charts, effect, hints, rules, runs, shelf

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
    path("shelf/", shelf.shelf, name="shelf"),
    path("shelf/places/", shelf.fixed_place_save, name="fixed_place_save"),
    path("shelf/places/<int:pk>/delete/", shelf.fixed_place_delete, name="fixed_place_delete"),
    path("recommendations/", hints.recommendations, name="recommendations"),
    path("hints/shown/", hints.hints_shown, name="hints_shown"),
    path("hints/take/", hints.hints_take, name="hints_take"),
    path("hints/refuse/", hints.hints_refuse, name="hints_refuse"),
    path("hints/settings/", effect.hints_settings, name="hints_settings"),
    path("hints/off/", effect.hint_off, name="hint_off"),
    path("hints/off/<int:pk>/undo/", effect.hint_on, name="hint_on"),
    path("effect/", effect.effect, name="effect"),
    path("effect/retire/", effect.hint_retire, name="hint_retire"),
]
