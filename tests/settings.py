"""The real settings, made quick and quiet for tests; the database is chosen by MYSQL_HOST as always."""

import os
import tempfile
from pathlib import Path

os.environ["DJANGO_SECRET_KEY"] = "for tests only, never a shop's secret"
os.environ["HTTPS"] = "false"
# Each test process has a data folder of its own, gone when it ends.
_folder = tempfile.TemporaryDirectory(prefix="inventori-tests-", ignore_cleanup_errors=True)
os.environ["INVENTORI_DATA"] = _folder.name

from inventori.settings import *  # noqa: E402, F403
from inventori.settings import DATABASES, STORAGES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Many tests sign in wrongly on purpose; the ones about throttling switch it on.
AXES_ENABLED = False
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because threads and the browser's server need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder.name) / "tests.sqlite3")}
