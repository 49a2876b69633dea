from django.contrib import admin
from django.urls import include, path

from . import job_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("search/", views.search_everything, name="search"),
    path("jobs/<int:pk>/", job_views.job_show, name="job_show"),
    path("jobs/<int:pk>/cancel/", job_views.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/resume/", job_views.job_resume, name="job_resume"),
    path("jobs/<int:pk>/files/<str:name>", job_views.job_file, name="job_file"),
    path("", include("accounts.urls")),
    path("", include("master.urls")),
    path("", include("inventory.urls")),
    path("", include("sales.urls")),
    path("", include("purchases.urls")),
    path("reorder/", include("replenishment.urls")),
    path("mining/", include("mining.urls")),
    path("", include("summary.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "inventori.views.bad_request"
handler403 = "inventori.views.forbidden"
handler404 = "inventori.views.not_found"
