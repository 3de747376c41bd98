#!/bin/sh
# Makes .venv from a lock: sh tools/environment.sh book|test|newest
# Says nothing and is done at once when .venv already holds what the lock asks for.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
here=$(pwd -P)
want=${1-book}
in_range='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

stop() { echo "$1" >&2; exit 1; }

# What the environment depends on; the folder is part of it because an editable install points there.
fingerprint() {
    { echo "$here"; echo "$1" "${PYTHON-}"; cat pyproject.toml tools/environment.sh; test "$1" = newest || cat "locks/$1.lock"; } | cksum
}
# It may have gone since, with the Python that it was made with.
works() { .venv/bin/python -I -c 'import pip' >/dev/null 2>&1; }
made() { test "$(cat ".venv/made-for-$1" 2>/dev/null)" = "$(fingerprint "$1")"; }
ready() { { made "$want" || { test "$want" = book && made test; }; } && works; }

test "$want" = newest || test -f "locks/$want.lock" || stop "There is no lock '$want'; say LOCK=newest, or leave LOCK out."
if ready; then exit 0; fi
case $here in *:*) stop "Python makes no environment in a folder with ':' in its name ($here); rename it, then try again." ;; esac
{ mkdir -p .cache && touch .cache/environment.lock; } 2>/dev/null ||
    stop "Nothing can be written to $here; copy it to a folder of yours with free space, then try again."
test ! -e .venv || test -w .venv || stop ".venv cannot be written to; delete it ('sudo rm -r .venv'), then try again."

# A name may exist and not run (pyenv leaves such names behind), so each is tried.
python='' bare=''
if test -n "${PYTHON-}"; then set -- "$PYTHON"; else set -- python3.13 python3.12 python3.11 python3; fi
for name; do
    "$name" -I -c "$in_range" >/dev/null 2>&1 || continue
    if "$name" -I -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$name; break; fi
    test -n "$bare" || bare=$name
done
if test -z "$python" && test -n "$bare"; then
    version=$("$bare" -I -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    root=''
    test "$(id -u)" = 0 || root='sudo -n'
    if command -v apt-get >/dev/null && $root true 2>/dev/null; then
        echo "Installing $version-venv, which this Python lacks."
        $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$version-venv" >/dev/null || true
    fi
    "$bare" -I -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        stop "This Python cannot make environments; type 'sudo apt install python3-venv' ($version-venv), then try again."
    python=$bare
fi
test -n "$python" || test -z "${PYTHON-}" ||
    stop "PYTHON is set to '$PYTHON', which is no Python 3.11, 3.12 or 3.13 that runs here; name one, or unset it."
test -n "$python" ||
    stop "No Python 3.11, 3.12 or 3.13 runs here; install one (Debian: 'sudo apt install python3 python3-venv', macOS: 'brew install python@3.13'), then try again."

# One at a time. The lock hangs on file 9 of this shell, so the system lifts it however the shell ends.
exec 9>>.cache/environment.lock
"$python" -I -c '
import fcntl, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Another command is making .venv; waiting for it.", flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:  # a disk that knows no locks
    pass
'
if ready; then exit 0; fi

version_of() { "$1" -I -c 'import sys; print(sys.version_info[:2])' 2>/dev/null; }
why=''
if test -L .venv; then why=' (.venv was a link to another folder)'
elif test ! -d .venv; then why=''
elif test -e .venv/unfinished; then why=' (the last time was cut off)'
elif test -f .venv/made-at && test "$(cat .venv/made-at)" != "$here"; then why=' (the folder was moved)'
elif ! works || ! .venv/bin/python -I -c "$in_range"; then why=' (it did not work)'
elif test -n "${PYTHON-}" && test "$(version_of .venv/bin/python)" != "$(version_of "$python")"; then why=' (PYTHON asks for it)'
else why=kept
fi

# What people set for their own Pythons stays outside; what a command said is told in a sentence where one is known.
try() { said=$("$python" -I analysis/kit/surroundings.py "$@" 2>&1); }
failed() {
    case $said in
    *'No space left'* | *uota\ exceeded*) stop "The disk is full, so .venv is not whole; free 2 GB, then try again." ;;
    *'ermission denied'* | *'ead-only file system'*) stop "Some of .venv cannot be written to; delete it ('sudo rm -r .venv'), then try again." ;;
    *CERTIFICATE_VERIFY* | *'invalid peer certificate'*)
        stop "The package index shows a certificate that is not known here; name a file that knows it in PIP_CERT, then try again." ;;
    *'onnection broken'* | *'Max retries'* | *'timed out'* | *' dns error'* | *'error sending request'*)
        stop "No package index answers; connect to the network, or name an index in PIP_INDEX_URL or a proxy in HTTPS_PROXY, then try again." ;;
    *'SOCKS support'*) stop "pip knows no SOCKS proxy; install uv, which does, or name another in HTTPS_PROXY, then try again." ;;
    *'from versions: none'*)
        case ${PIP_NO_INDEX-} in 1 | true) stop "pip is told to ask no index, and lacks packages so; set PIP_NO_INDEX=0, then try again." ;; esac ;;
    esac
    printf '%s\n' "$said" >&2
    stop "The packages could not be installed, for the reasons above."
}

if test "$why" != kept; then
    echo "Making .venv with $("$python" --version)$why."
    try rm -rf .venv || failed
    try "$python" -m venv .venv || failed
    echo "$here" >.venv/made-at
fi
rm -f .venv/made-for-*
try touch .venv/unfinished || failed
python=.venv/bin/python

# The files that configure pip count as its variables do.
settings=''
! try $python -m pip config list || settings=$said
for name in $(printf '%s\n' "$settings" | sed -nE 's/^(global|install)[.]([a-z-]+)=.*/\2/p'); do
    variable=PIP_$(echo "$name" | tr a-z- A-Z_)
    if eval "test -n \"\${$variable-}\""; then continue; fi
    value=$(printf '%s\n' "$settings" | sed -nE "s/^(global|install)[.]$name=['\"](.*)['\"]\$/\2/p" | tail -n 1 | sed 's/\\n/ /g')
    test -z "$value" || export "$variable=$value"
done
export PIP_CONFIG_FILE=/dev/null

# uv is quicker; where it cannot do it, pip does. Every file is known by its hash, so it may come from any index, and it
# is copied, so that nothing that happens to it here happens to uv's own.
uv=''
for name in uv 'python3 -m uv'; do
    case $($name --version 2>/dev/null) in
    uv\ 0.[0-4].*) ;;
    uv\ *) uv=$name; break ;;
    esac
done
test -z "${PIP_NO_INDEX-}" || uv=''
by_uv() {
    try env UV_LINK_MODE=copy UV_INDEX_STRATEGY=unsafe-best-match \
        UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX-${UV_INDEX_URL-${PIP_INDEX_URL-}}}" \
        UV_EXTRA_INDEX_URL="${UV_EXTRA_INDEX_URL-${PIP_EXTRA_INDEX_URL-}}" \
        UV_FIND_LINKS="${UV_FIND_LINKS-$(echo ${PIP_FIND_LINKS-} | tr ' ' ,)}" \
        SSL_CERT_FILE="${SSL_CERT_FILE-${PIP_CERT-}}" ALL_PROXY="${ALL_PROXY-${PIP_PROXY-}}" \
        $uv pip install --quiet --no-config --python $python "$@"
}
by_pip() {
    try $python -m pip --disable-pip-version-check --no-input install --quiet --no-compile --upgrade-strategy eager "$@"
}
install() {
    if test -n "$uv"; then
        if by_uv "$@"; then return; fi
        case $said in *'No space left'* | *uota\ exceeded*) failed ;; esac
        echo "uv could not, so pip installs: $(printf '%s\n' "$said" | grep -iE '^ *(error|cause)' | tr -s '\n ' '  ')"
        uv=''
    fi
    by_pip "$@" || failed
}

echo "Installing what the book needs into .venv with ${uv:-pip} (a minute the first time)."
if test "$want" = newest; then
    install --upgrade --editable '.[docs,tests]'
else
    install --require-hashes --requirement "locks/$want.lock"
    install --no-deps --no-build-isolation --editable .
fi
# Where this folder has an accent and the locale is C, Python 3.11 cannot read its name there.
grep -lxF "$here" .venv/lib/python3*/site-packages/*.pth 2>/dev/null |
    while IFS= read -r path; do echo ../../../.. >"$path"; done
# Nobody imports the tests of packages, a quarter of their code.
try $python -m compileall -qq -j 0 -x '[/]tests?[/]' .venv/lib || true
fingerprint "$want" >".venv/made-for-$want"
rm -f .venv/unfinished
