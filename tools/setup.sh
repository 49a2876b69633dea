# Sourced by ./run: everything it installs, each step skipped when its inputs have not changed.
# shellcheck shell=sh

PY=.venv/bin/python
STAMPS=.venv/stamps

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

in_env_file() { [ -f .env ] && grep -q "^$1=." .env; }

fingerprint() { cat "$@" | cksum; }

done_with() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }

mark_done() {
    mkdir -p "$STAMPS"
    printf '%s\n' "$2" >"$STAMPS/$1"
}

is_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    say "Installing system packages: $*"
    { DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1
}

# --- Python ---------------------------------------------------------------------

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and was not found. On Debian: sudo apt-get install python3"
}

make_venv() {
    python=$(find_python) || exit 1
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if ! is_debian_root || ! apt_install "$package"; then
            fail "Python's venv is missing. Install it and start again: sudo apt-get install $package"
        fi
    fi
    say "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
    "$PY" -m pip install --quiet --require-hashes -r requirements/uv.txt
}

install_python() { .venv/bin/uv pip install --quiet --python "$PY" --require-hashes "$@"; }

set_up_python() {
    if ! "$PY" -c '' 2>/dev/null || ! [ -x .venv/bin/uv ]; then
        make_venv
    fi
    print=$(fingerprint requirements/base.txt)
    if ! done_with base "$print"; then
        say "Installing Python packages"
        install_python -r requirements/base.txt
        mark_done base "$print"
    fi
}

# --- MySQL: mysqlclient is built here, so it is asked for only where MySQL is used ---------

MYSQL_BUILD_PACKAGES="gcc libc6-dev python3-dev libmariadb-dev pkg-config"

can_import_mysql() { "$PY" -c 'import MySQLdb' 2>/dev/null; }

install_mysql() {
    print=$(fingerprint requirements/mysql.txt)
    if done_with mysql "$print" && can_import_mysql; then
        return 0
    fi
    install_python -r requirements/mysql.txt 2>/dev/null && can_import_mysql && mark_done mysql "$print"
}

set_up_mysql_if_used() {
    if [ -z "${MYSQL_HOST:-}" ] && ! in_env_file MYSQL_HOST; then
        return 0
    fi
    install_mysql && return 0
    # shellcheck disable=SC2086
    if is_debian_root && apt_install $MYSQL_BUILD_PACKAGES && install_mysql; then
        return 0
    fi
    fail "mysqlclient could not be built. Install what it needs and start again:" \
        "sudo apt-get install $MYSQL_BUILD_PACKAGES"
}

# --- Browser files -----------------------------------------------------------------

node_is_new_enough() {
    command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18)' 2>/dev/null
}

set_up_assets() {
    print=$(fingerprint package-lock.json)
    if done_with assets "$print" && [ -d node_modules ]; then
        return 0
    fi
    if ! node_is_new_enough; then
        set_up_node
        PATH=$(pwd)/.venv/node/bin:$PATH
        export PATH
    fi
    say "Installing browser files"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    mark_done assets "$print"
}

# Node in a place of its own, from the same index as the other packages.
set_up_node() {
    [ -x .venv/node/bin/npm ] && return 0
    say "Installing Node"
    "$PY" -m venv --without-pip .venv/node
    .venv/bin/uv pip install --quiet --python .venv/node/bin/python --require-hashes -r requirements/node.txt
}

# --- Translations --------------------------------------------------------------------

set_up_translations() {
    for po in locale/*/LC_MESSAGES/django.po; do
        [ -f "$po" ] || continue
        mo=${po%.po}.mo
        language=$(basename "$(dirname "$(dirname "$po")")")
        print=$(fingerprint "$po")
        if ! done_with "locale-$language" "$print" || ! [ -f "$mo" ]; then
            .venv/bin/pybabel --quiet compile --locale "$language" --input-file "$po" --output-file "$mo"
            mark_done "locale-$language" "$print"
        fi
    done
}

# --- What only the tests need: a part that cannot be had is left out, and tools/check.py says so --

missing_test_packages() {
    command -v mariadbd >/dev/null 2>&1 || [ -x /usr/sbin/mariadbd ] || printf ' mariadb-server-core'
    { command -v mariadb && command -v my_print_defaults; } >/dev/null 2>&1 || printf ' mariadb-client-core'
    command -v chromium >/dev/null 2>&1 || printf ' chromium'
    command -v msgfmt >/dev/null 2>&1 || printf ' gettext'
    if ! can_import_mysql; then
        command -v gcc >/dev/null 2>&1 || printf ' gcc libc6-dev'
        command -v pkg-config >/dev/null 2>&1 || printf ' pkg-config'
        command -v mariadb_config >/dev/null 2>&1 || printf ' libmariadb-dev'
        # A Python that was built by hand brings its own headers.
        [ -f "$("$PY" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] ||
            printf ' %s' "$("$PY" -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])')"
    fi
}

set_up_tests() {
    print=$(fingerprint requirements/dev.txt)
    if ! done_with dev "$print"; then
        say "Installing the test tools"
        install_python -r requirements/dev.txt
        mark_done dev "$print"
    fi
    print=$(fingerprint requirements/peers.txt)
    if ! done_with peers "$print"; then
        # Its formulas need NumPy and SciPy alone; what it asks for besides is for its own documents.
        install_python --no-deps -r requirements/peers.txt
        mark_done peers "$print"
    fi
    missing=$(missing_test_packages)
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086
        is_debian_root && apt_install $missing ||
            say "Some parts of the tests need system packages: sudo apt-get install --no-install-recommends$missing"
    fi
    install_mysql || say "mysqlclient could not be built, so the tests on MariaDB will be left out."
}
