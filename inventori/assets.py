"""The browser files taken from npm packages, each named: whole `dist` folders would be five times the size."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"

# Static name → file in node_modules. A file that another names (a map, a font) stands here too,
# because hashing the names follows those references.
FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vendor/bootstrap.bundle.min.js.map": "bootstrap/dist/js/bootstrap.bundle.min.js.map",
    "vendor/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "vendor/fonts/bootstrap-icons.woff": "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    "vendor/fonts/bootstrap-icons.woff2": "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/zxing-browser.min.js": "@zxing/browser/umd/zxing-browser.min.js",
}


class PackageStorage(FileSystemStorage):
    """Reads a static name from the package file that the table gives for it."""

    prefix = ""

    def path(self, name: str) -> str:
        return str(NODE_MODULES / FILES[name])


class PackageFinder(BaseFinder):
    """Finds the files of the table above, so that `{% static "vendor/htmx.min.js" %}` works."""

    storage = PackageStorage(location=NODE_MODULES)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in FILES or not self.storage.exists(path):
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in FILES:
            if not self.storage.exists(name):
                raise ImproperlyConfigured(f"{FILES[name]} is missing: run `npm ci --ignore-scripts` first.")
            if not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
