#!/bin/sh
# Installs Earshot on Debian 12 or 13, step by step: `deploy/install.sh SOURCE TARGET`, or one step: `... packages|user|code|python`.
# The Dockerfile, and a test in a clean Debian folder, run these same steps.
set -eu

SOURCE=${1:?the folder with the source}
TARGET=${2:-/opt/earshot}
STEP=${3:-all}

packages() { # Python, and nothing else: FFmpeg comes inside PyAV's wheel
  apt-get update
  apt-get install --yes --no-install-recommends python3 python3-venv ca-certificates
  rm -rf /var/lib/apt/lists/*
}

user() { # one without a password and without a shell; the data are its own
  id earshot >/dev/null 2>&1 || useradd --system --home-dir /var/lib/earshot --shell /usr/sbin/nologin earshot
  install -d -o earshot -g earshot -m 0700 /var/lib/earshot /var/lib/earshot/models
}

code() { # belongs to root: the service cannot change what it runs
  install -d "$TARGET"
  for part in app.py core db pages locale docs requirements.txt constraints.txt .streamlit; do
    [ ! -e "$SOURCE/$part" ] || cp -R "$SOURCE/$part" "$TARGET/"
  done
  find "$TARGET" -path "$TARGET/.venv" -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
  compiled
}

python() {
  [ -x "$TARGET/.venv/bin/python" ] || python3 -m venv "$TARGET/.venv"
  "$TARGET/.venv/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check \
    --requirement "$TARGET/requirements.txt" --constraint "$TARGET/constraints.txt"
  # the driver of another store, such as EARSHOT_STORE_DRIVER=s3fs
  [ -z "${EARSHOT_STORE_DRIVER:-}" ] || "$TARGET/.venv/bin/pip" install --quiet --no-cache-dir \
    --disable-pip-version-check "$EARSHOT_STORE_DRIVER" --constraint "$TARGET/constraints.txt"
  compiled
}

compiled() { # by whichever of code and python comes last: the service may not write it, and would compile at every start
  [ -x "$TARGET/.venv/bin/python" ] && [ -d "$TARGET/core" ] || return 0
  "$TARGET/.venv/bin/python" -m compileall -q "$TARGET/core" "$TARGET/db" "$TARGET/pages"
}

case $STEP in
  all) packages; user; code; python ;;
  packages | user | code | python) $STEP ;;
  *) echo "There is no step $STEP: expected packages, user, code, python or all." >&2; exit 2 ;;
esac
