# Sets up what the project needs, each step only when its input changed; sourced by ./run and ./test.
# Usage: . ./setup.sh && set_up "apt package" …

ROOT=$(cd "$(dirname "$0")" && pwd)
VENV="$ROOT/.venv"
cd "$ROOT" || exit 1
unset PYTHONDONTWRITEBYTECODE  # compiled once, every command starts in a third of the time

say() { printf '%s\n' "$*" >&2; }

# Debian packages: installed when we may, else the line to type is printed. "$1" is must or may.
debian_packages() {
    need=$1; shift
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    as_root=
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && as_root=sudo; }
    if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || [ -n "$as_root" ]; }; then
        say "Installing Debian packages:$missing"
        # shellcheck disable=SC2086
        { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing; } \
            >"$VENV.apt.log" 2>&1 && { rm -f "$VENV.apt.log"; return 0; }
        say "apt-get could not install them; what it said is in $VENV.apt.log"
    fi
    say "Please install:  sudo apt-get install$missing"
    [ "$need" = must ] && exit 1
    say "Everything but PDF papers works without them."
}

# Runs a command unless the files named before "--" are as they were when it last succeeded.
once_for() {
    name=$1; shift
    files=
    while [ "$1" != -- ]; do files="$files $1"; shift; done
    shift
    # shellcheck disable=SC2086
    now=$(cat $files | sha256sum | cut -c1-64)
    stamp="$VENV/.stamp-$name"
    [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && return 0
    say "Setting up: $name …"
    "$@" || { say "Setting up $name failed; what went wrong stands above."; exit 1; }
    printf '%s' "$now" >"$stamp"
}

make_venv() {
    [ -x "$VENV/bin/python" ] && return 0
    for python in python3.11 python3.12 python3.13 python3; do
        command -v "$python" >/dev/null 2>&1 || continue
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$python" -m venv "$VENV" && return 0
    done
    say "Python 3.11 or newer with venv is needed:  sudo apt-get install python3-venv"
    exit 1
}

install_python() { "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; }
install_project() { "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; }

install_assets() {
    if command -v npm >/dev/null 2>&1; then npm=npm; else npm="$VENV/bin/npm"; PATH="$VENV/bin:$PATH"; fi
    "$npm" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
}

compile_messages() { "$VENV/bin/python" -m canteen.web.catalogues >&2; }

set_up() {
    make_venv
    once_for python requirements.lock -- install_python
    once_for project setup.cfg pyproject.toml -- install_project
    [ -d node_modules ] || rm -f "$VENV/.stamp-assets"
    once_for assets package-lock.json -- install_assets
    compile_messages || exit 1
}
