"""Everything under /reorder/."""

from django.urls import path

from .views import alerts, calendar, orders, policies, record, replays, settings, study, unsold, why

app_name = "replenishment"

urlpatterns = [
    # Policies
    path("", policies.policy_list, name="policy_list"),
    path("compute/", policies.policies_compute, name="policies_compute"),
    path("set/", policies.policies_set, name="policies_set"),
    path("<int:pk>/", policies.policy_show, name="policy_show"),
    path("<int:pk>/change/", policies.policy_change, name="policy_change"),
    path("<int:pk>/release/", policies.policy_release, name="policy_release"),
    path("product/<int:pk>/", policies.policy_of_product, name="policy_of_product"),
    # Settings
    path("settings/", settings.settings, name="settings"),
    # Suggestions and orders
    path("order/", orders.order_plan, name="order_plan"),
    path("order/make/", orders.order_make, name="order_make"),
    path("order/made/<int:pk>/", orders.order_made, name="order_made"),
    path("order/why/<int:pk>/", why.order_why_now, name="order_why_now"),
    path("order/why/<int:order>/<int:product>/", why.order_why, name="order_why"),
    # Alerts
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/bell/", alerts.bell, name="bell"),
    # The calculation of the pharmacy study
    path("study/", study.study_list, name="study_list"),
    path("study/new/", study.study_create, name="study_create"),
    path("study/need/", study.study_need_part, name="study_need"),
    path("study/<int:pk>/", study.study_show, name="study_show"),
    path("study/<int:pk>/print/", study.study_print, name="study_print"),
    path("study/<int:pk>/study.pdf", study.study_pdf_file, name="study_pdf"),
    # The calendar
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/new/", calendar.event_kind_create, name="event_kind_create"),
    path("calendar/<int:pk>/", calendar.event_kind, name="event_kind"),
    path("calendar/<int:pk>/save/", calendar.event_kind_save, name="event_kind_save"),
    path("calendar/<int:pk>/effects/", calendar.effects_save, name="effects_save"),
    path("calendar/estimate/", calendar.effects_estimate_now, name="effects_estimate"),
    path("calendar/date/new/", calendar.event_create, name="event_create"),
    path("calendar/date/<int:pk>/", calendar.event_change, name="event_change"),
    path("calendar/date/<int:pk>/release/", calendar.event_release_now, name="event_release"),
    path("calendar/closed/new/", calendar.closed_day_create, name="closed_day_create"),
    path("calendar/closed/<int:pk>/delete/", calendar.closed_day_delete, name="closed_day_delete"),
    # Replays
    path("replay/", replays.replay_list, name="replay_list"),
    path("replay/begin/", replays.replay_begin, name="replay_begin"),
    path("replay/<int:pk>/", replays.replay_show, name="replay_show"),
    path("replay/<int:pk>/use/", replays.replay_use, name="replay_use"),
    path("replay/<int:pk>/level/", replays.replay_level, name="replay_level"),
    # Report card
    path("record/", record.record, name="record"),
    # What expires
    path("unsold/", unsold.unsold_list, name="unsold_list"),
]
