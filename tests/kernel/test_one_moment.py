"""What is read in one moment does not see what others commit meanwhile, and does not keep them from it."""

from threading import Thread

import pytest
from django.db import connection

from inventori.transactions import one_moment
from master.models import Category

pytestmark = pytest.mark.django_db(transaction=True)


def add_elsewhere() -> None:
    """Commit a category on a connection of its own."""

    def add() -> None:
        Category.objects.create(code="LATE", name="Late")
        connection.close()

    thread = Thread(target=add)
    thread.start()
    thread.join(timeout=15)
    assert not thread.is_alive()


def test_two_readings_in_one_moment_agree() -> None:
    with one_moment():
        before = Category.objects.count()
        add_elsewhere()
        after = Category.objects.count()

    assert (before, after) == (0, 0)
    assert Category.objects.count() == 1


def test_two_readings_outside_of_it_do_not() -> None:
    before = Category.objects.count()
    add_elsewhere()

    assert (before, Category.objects.count()) == (0, 1)


def test_a_moment_ends_when_reading_fails_and_writing_goes_on() -> None:
    def fail() -> None:
        with one_moment():
            Category.objects.count()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    Category.objects.create(code="NEXT", name="Next")
    assert Category.objects.count() == 1
