from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("master.urls")),
    path("", include("inventory.urls")),
    path("", include("sales.urls")),
    path("", include("purchases.urls")),
    path("mining/", include("mining.urls")),
    path("summary/", include("summary.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "inventori.views.bad_request"
handler403 = "inventori.views.forbidden"
handler404 = "inventori.views.not_found"
