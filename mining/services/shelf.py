"""Which categories stay where they are."""

from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import InvalidInput
from master.models import Category
from mining.models import FixedPlace


def fixed_place_set(*, category: Category, place: str, by: User) -> FixedPlace:
    """Let the category stay at `place`; one that has a place already gets this one.

    Raises InvalidInput where the place has no name.
    """
    place = place.strip()
    if not place:
        raise InvalidInput(_("Say where it stays."), field="place")
    return FixedPlace.objects.update_or_create(category=category, defaults={"place": place})[0]


def fixed_place_drop(*, fixed: FixedPlace, by: User) -> None:
    """Let the category be moved again."""
    fixed.delete()
