import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventori.settings")
application = get_wsgi_application()
# The pages' code is read before gunicorn forks, or the first request to every new worker waits for it.
get_resolver().url_patterns  # noqa: B018
