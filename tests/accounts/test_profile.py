import pytest
from django.conf import settings

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_the_language_switch_is_kept_in_the_browser_and_with_the_person(client):
    user = UserFactory(language="en", theme="dark")
    client.force_login(user)

    answer = client.post("/preferences/", {"language": "id", "next": "/profile/"})

    user.refresh_from_db()
    assert answer["Location"] == "/profile/"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "id"
    assert (user.language, user.theme) == ("id", "dark")


def test_a_stranger_may_choose_language_and_appearance_before_signing_in(client):
    client.post("/preferences/", {"theme": "dark", "next": "/sign-in/"})
    client.post("/preferences/", {"language": "en", "next": "/sign-in/"})

    page = client.get("/sign-in/").text

    assert 'data-bs-theme="dark"' in page
    assert '<html lang="en"' in page


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"theme": "pink"}, {"language": "x" * 500}])
def test_an_unknown_choice_changes_nothing(client, sent):
    user = UserFactory(language="en", theme="light")
    client.force_login(user)

    answer = client.post("/preferences/", sent)

    user.refresh_from_db()
    assert answer.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert (user.language, user.theme) == ("en", "light")


def test_preferences_lead_to_no_other_host(client):
    answer = client.post("/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"


def test_preferences_answer_posts_only(client):
    assert client.get("/preferences/").status_code == 405


def test_the_profile_keeps_name_language_and_appearance(client):
    user = UserFactory()
    client.force_login(user)

    client.post("/profile/", {"first_name": "Siti", "last_name": "Aminah", "language": "id", "theme": "light"})

    user.refresh_from_db()
    assert (str(user), user.language, user.theme) == ("Siti Aminah", "id", "light")


def test_the_profile_form_cannot_change_a_role_or_a_flag(client):
    user = UserFactory()
    client.force_login(user)

    client.post(
        "/profile/",
        {"first_name": "S", "language": "id", "theme": "auto", "is_superuser": "on", "is_staff": "on", "role": "Admin"},
    )

    user = User.objects.get(pk=user.pk)
    assert (user.is_superuser, user.is_staff, user.role) == (False, False, "Cashier")


def test_a_person_changes_their_password_and_stays_signed_in(client):
    user = UserFactory()
    client.force_login(user)
    new = "brand new 77 words"

    client.post("/profile/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert client.get("/profile/").status_code == 200
    assert User.objects.get(pk=user.pk).check_password(new)


def test_a_wrong_old_password_changes_nothing(client):
    user = UserFactory()
    client.force_login(user)

    client.post(
        "/profile/password/", {"old_password": "no", "new_password1": "brand new 77", "new_password2": "brand new 77"}
    )

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_cashier_has_no_page_for_a_pin(client):
    client.force_login(UserFactory())

    assert client.get("/profile/pin/").status_code == 403
