"""What ./run, the settings and the documents promise about each other."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from inventori.assets import FILES, PackageFinder
from tools.check import summarise

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ("base", "mysql", "dev", "peers", "bench", "uv", "node")


def direct_packages(name):
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    return [re.split(r"[\[<>=]", line)[0] for line in lines if line and not line.startswith("-")]


def test_every_setting_read_from_the_environment_stands_in_the_example():
    settings = (ROOT / "inventori" / "settings.py").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\("(\w+)"', settings))
    example = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert "DJANGO_SECRET_KEY" in read
    assert read - example == set()


def test_every_variable_of_the_compose_file_stands_in_the_example():
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert "MYSQL_PASSWORD" in used
    assert used - example == set()


@pytest.mark.parametrize("name", INPUTS)
def test_every_direct_package_is_locked_with_a_hash(name):
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()

    for package in direct_packages(name):
        assert re.search(rf"^{re.escape(package)}==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE | re.IGNORECASE)


def test_every_direct_package_has_its_reason_in_the_documents():
    reasons = set(re.findall(r"\*\*([@\w./-]+)\*\*", (ROOT / "docs" / "dependencies.md").read_text()))
    npm = json.loads((ROOT / "package.json").read_text())
    wanted = {package.lower() for name in INPUTS for package in direct_packages(name)}
    wanted |= npm["dependencies"].keys() | npm["devDependencies"].keys()

    assert {reason.lower() for reason in reasons} == wanted


def test_no_lock_file_names_a_host():
    for lock in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        addresses = re.findall(r'"resolved"|--index-url|--find-links|@ http', lock.read_text())
        assert addresses == [], lock.name


def test_every_browser_file_is_found_by_its_static_name():
    listed = [name for name, _storage in PackageFinder().list([])]

    assert listed == list(FILES)
    assert [name for name in FILES if not finders.find(name)] == []


def test_a_file_outside_the_table_is_not_served():
    assert PackageFinder().find("vendor/../../manage.py") == []
    assert finders.find("vendor/axe.min.js") is None


def test_a_css_file_names_only_files_that_are_served_too():
    finder = PackageFinder()

    for name in FILES:
        if name.endswith(".css"):
            text = Path(finder.find(name)).read_text()
            for target in re.findall(r'url\("?(?!data:)([^")?#]+)', text):
                assert str(Path(name).parent / target) in FILES


def test_a_taken_port_is_told_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "-m", "tools.serve"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "HOST": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == f"Port {port} is already in use. Choose another, for example: PORT={port + 1} ./run\n"


def test_a_start_without_a_secret_is_refused_outside_the_demo():
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DJANGO_SECRET_KEY", "INVENTORI_DEMO")
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "inventori.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "DJANGO_SECRET_KEY is not set." in done.stderr


def test_a_part_left_out_is_a_failure_in_ci_only(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    at_home = summarise(3, [], ["tests in a browser: Chromium is not installed here"], 60.0)
    said = capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    in_ci = summarise(3, [], ["tests in a browser: Chromium is not installed here"], 60.0)

    assert at_home == 0
    assert in_ci == 1
    assert said == (
        "\nLeft out: tests in a browser: Chromium is not installed here.\n"
        "2 of 3 checks passed, 0 failed, 1 left out, in 60 s.\n"
    )


def test_a_failed_check_fails_the_whole_run(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)

    assert summarise(3, ["mypy"], [], 60.0) == 1
    assert "Failed: mypy." in capsys.readouterr().out
