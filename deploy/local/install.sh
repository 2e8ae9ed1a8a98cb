# Sets up .venv with everything that the platform needs. Nothing happens when it is up to date.
#
# Needs Python 3.11 or later with its venv module, and the package index. uv is installed into the
# environment that it builds; it is told to use that environment's Python and never to fetch another one.
set -eu
cd "$(dirname "$0")/../.."
stamp=.venv/.installed

say() { printf '%s\n' "$*" >&2; }

# An environment that was copied with its checkout would run the code of the old one: it is made anew.
if grep -qF "$PWD/.venv" .venv/bin/activate 2>/dev/null && .venv/bin/python -c '' 2>/dev/null; then
  if [ -e "$stamp" ]; then
    changed=$(find pyproject.toml uv.lock shared/pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml \
      -newer "$stamp")
    [ -n "$changed" ] || exit 0
  fi
else
  python= ; without_venv=
  for candidate in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then python=$candidate; break; fi
    without_venv=$candidate
  done
  if [ -z "$python" ] && [ -n "$without_venv" ]; then
    say "$without_venv n’a pas son module « venv ». Installez-le (sur Debian et Ubuntu : le paquet python3-venv), puis relancez « make up »."
    exit 1
  elif [ -z "$python" ]; then
    say "Il faut Python 3.11 ou plus récent, et il est introuvable ici. Installez-le, ou indiquez-le : make up PYTHON=/chemin/vers/python3"
    exit 1
  fi
  say "Installation dans .venv avec $("$python" --version)…"
  "$python" -m venv --clear .venv
fi

version=$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"$/\1/p;}' uv.lock)
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" != "$version" ]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "uv==$version"
fi

unset VIRTUAL_ENV CONDA_PREFIX UV_SYSTEM_PYTHON
export UV_PYTHON=.venv/bin/python UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv
cache=$(.venv/bin/uv cache dir)
if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
  cache=.venv/cache # an account without a home folder of its own
  export UV_CACHE_DIR="$cache"
  mkdir -p "$cache"
fi
device() { df -P "$1" | awk 'NR == 2 { print $1 }'; }
if [ "$(device "$cache")" != "$(device .venv)" ]; then
  export UV_LINK_MODE=copy # links do not reach another disk
fi
# Compiled once here: five services read the same libraries at every start.
sync() { .venv/bin/uv sync --frozen --compile-bytecode; }
if ! sync; then
  say "Nouvel essai, avec les certificats de cette machine (comme derrière le relais d’une organisation)…"
  UV_SYSTEM_CERTS=true sync
fi
.venv/bin/python -m compileall -q shared services deploy
: >"$stamp"
