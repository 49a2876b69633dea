"""The Indonesian catalogue says everything that the source says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

SOURCES = [
    "accounts",
    "inventori",
    "inventory",
    "master",
    "mining",
    "purchases",
    "replenishment",
    "sales",
    "summary",
    "templates",
]
PLACEHOLDER = r"%\([a-z_]+\)[sd]|\{[a-z_]*\}|%%s?"


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The catalogue as makemessages would write it from today's source."""
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is missing: apt-get install gettext")
    here, there = Path(settings.BASE_DIR), tmp_path_factory.mktemp("source")
    for name in [*SOURCES, "locale"]:
        shutil.copytree(here / name, there / name, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    shutil.copy(here / "manage.py", there)
    subprocess.run(
        [sys.executable, str(here / "manage.py"), "makemessages", "-l", "id", "--no-location", "--no-obsolete"],
        cwd=there,
        check=True,
        capture_output=True,
        env={"PYTHONPATH": str(here), "PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    return polib.pofile(str(there / "locale" / "id" / "LC_MESSAGES" / "django.po"))


def test_every_sentence_has_an_indonesian_translation(extracted):
    missing = [entry.msgid for entry in extracted if not entry.translated() or entry.fuzzy]

    assert len(extracted) > 100
    assert missing == []


def test_translations_keep_their_placeholders(extracted):
    wrong = [
        (entry.msgid, translation)
        for entry in extracted
        for translation in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if translation
        and set(re.findall(PLACEHOLDER, entry.msgid_plural or entry.msgid)) != set(re.findall(PLACEHOLDER, translation))
    ]

    assert wrong == []


def test_sentences_end_alike_in_both_languages(extracted):
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in extracted
        for mark in ".?:"
        if entry.msgstr and entry.msgid.endswith(mark) != entry.msgstr.endswith(mark)
    ]

    assert wrong == []


def test_the_compiled_catalogue_speaks_indonesian(extracted, tmp_path):
    extracted.save_as_mofile(str(tmp_path / "django.mo"))

    catalogue = polib.mofile(str(tmp_path / "django.mo"))
    assert catalogue.metadata["Language"] == "id"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert catalogue.find("Save").msgstr == "Simpan"


def test_the_tool_that_compiles_at_start_takes_the_catalogue(tmp_path):
    po = Path(settings.BASE_DIR) / "locale" / "id" / "LC_MESSAGES" / "django.po"
    command = [sys.executable, "-m", "babel.messages.frontend", "compile", "--locale", "id"]

    done = subprocess.run(
        [*command, "--input-file", str(po), "--output-file", str(tmp_path / "django.mo")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, [line for line in done.stderr.splitlines() if "error" in line]) == (0, [])
