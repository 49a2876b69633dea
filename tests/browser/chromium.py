"""Where the system's Chromium is."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Return the path of an installed Chromium, or "" where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")
