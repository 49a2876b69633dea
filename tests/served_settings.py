"""The real settings for a shop that a test serves with real processes: only the static files keep their names."""

from inventori.settings import *  # noqa: F403
from inventori.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
