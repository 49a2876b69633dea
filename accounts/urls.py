from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    # Coming and going
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    # Oneself
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.own_password, name="own_password"),
    path("profile/pin/", views.own_pin, name="own_pin"),
    path("preferences/", views.preferences, name="preferences"),
    # Others
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.user_create, name="user_create"),
    path("users/<int:pk>/", views.user_change, name="user_change"),
    path("users/<int:pk>/deactivate/", views.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/reactivate/", views.user_reactivate, name="user_reactivate"),
    path("users/<int:pk>/password/", views.user_password, name="user_password"),
    path("users/<int:pk>/pin/", views.user_pin, name="user_pin"),
    path("users/<int:pk>/pin/remove/", views.user_pin_remove, name="user_pin_remove"),
]
