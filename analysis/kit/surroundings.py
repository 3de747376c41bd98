"""What people set for their own Pythons and notebooks does not reach the commands of the book, nor their kernels.

Another NumPy on ``PYTHONPATH``, a start-up file of IPython, a kernel of that name elsewhere, a terminal that is said to
know ASCII alone: each of them is somebody's good reason, and none is to change or stop what the book computes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
#: How the names of variables begin with which people steer their Pythons, notebooks and installations.
_STEERING = ("IPYTHON", "JUPYTER_", "PIP_", "PYTHON", "UV_")
#: The only ones that count here: which Python, what it leaves behind, and the way to the packages.
_KEPT = {
    *("PYTHON", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONPATH", "PYTHONPYCACHEPREFIX"),
    *("PYTHONUNBUFFERED", "PIP_CACHE_DIR", "PIP_CERT", "PIP_CLIENT_CERT", "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT"),
    *("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_KEYRING_PROVIDER", "PIP_NO_CACHE_DIR"),
    *("PIP_NO_INDEX", "PIP_PROXY", "PIP_RETRIES", "PIP_TIMEOUT", "PIP_TRUSTED_HOST"),
    *("UV_CACHE_DIR", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_HTTP_TIMEOUT", "UV_INDEX"),
    *("UV_INDEX_STRATEGY", "UV_INDEX_URL", "UV_INSECURE_HOST", "UV_KEYRING_PROVIDER", "UV_LINK_MODE"),
    *("UV_NATIVE_TLS", "UV_NO_CACHE", "UV_OFFLINE", "UV_SYSTEM_CERTS"),
}

#: Files that a chapter's run has open at once, at least; and how many are asked for, since macOS gives 256 unasked.
_FILES = 128, 1024
#: The process that started again, so that it does so once whatever its Python sets as it starts.
_SETTLED = "BOOK_SETTLED"


def plain(environment: Mapping[str, str], root: str = ROOT, isolated: bool = True, utf8: bool = True) -> dict[str, str]:
    """The variables of a process without what people set for other Pythons.

    Parameters
    ----------
    environment : mapping
        Variables of a process.
    root : str
        The folder of this package: a ``PYTHONPATH`` that leads there is kept, and with it nothing else.
    isolated : bool
        Whether the packages come from an environment of their own; elsewhere ``PYTHONPATH`` may be where they are.
    utf8 : bool
        Whether texts are read and written as UTF-8 anyway.

    Examples
    --------
    >>> plain({"PYTHONPATH": "/old/numpy", "JUPYTER_PATH": "/kernels", "HOME": "/me"}, root="/no/checkout")
    {'HOME': '/me', 'PYTHONNOUSERSITE': '1'}
    """
    kept = {name: value for name, value in environment.items() if name in _KEPT or not name.startswith(_STEERING)}
    if isolated and "PYTHONPATH" in kept:
        own = [path for path in kept.pop("PYTHONPATH").split(os.pathsep) if path and os.path.realpath(path) == root]
        kept |= {"PYTHONPATH": own[0]} if own else {}
    if isolated:
        kept["PYTHONNOUSERSITE"] = "1"
    if not utf8 or environment.get("PYTHONUTF8") == "1":
        kept["PYTHONUTF8"] = "1"
    if os.path.isfile(os.path.join(root, "pyproject.toml")):  # in a checkout: what kernels write down stays in it
        kept["IPYTHONDIR"] = os.path.join(root, ".cache", "ipython")
        for kind in ("CONFIG", "DATA", "RUNTIME"):
            kept[f"JUPYTER_{kind}_DIR"] = os.path.join(root, ".cache", "jupyter", kind.lower())
        if not os.access(kept.get("HOME", ""), os.W_OK):  # a user without a home, perhaps without a name
            kept["HOME"] = os.path.join(root, ".cache", "home")
    return kept


def settle() -> None:
    """Start this process again in plain surroundings, unless it is in such already; the first act of a command."""
    process = str(os.getpid())
    if os.name != "posix" or sys.flags.ignore_environment or os.environ.get(_SETTLED) == process:
        return
    _allow_files()
    closed = _open_streams()
    spoken = [sys.getfilesystemencoding(), *(s.encoding for s in (sys.stdin, sys.stdout, sys.stderr) if s)]
    utf8 = sys.flags.utf8_mode == 1 or {name.lower().replace("-", "") for name in spoken} == {"utf8"}
    wanted = plain(os.environ, isolated=sys.prefix != sys.base_prefix, utf8=utf8)
    if closed or wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted | {_SETTLED: process})


def _allow_files() -> None:
    """Let this process and its children open enough files at once; where nothing allows that, stop with a sentence."""
    import resource

    fewest, wanted = _FILES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)  # -1 where there is no limit
    allowed = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    if 0 <= now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
        now = allowed
    if 0 <= now < fewest:
        sys.exit(f"Only {now} files may be open at once here; allow {wanted} ('ulimit -n {wanted}'), then try again.")


def _open_streams() -> bool:
    """Let input, output and complaints lead nowhere if somebody closed them, so that no file becomes one of them."""
    closed = [number for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)) if stream is None]
    for number in closed:
        opened = os.open(os.devnull, os.O_RDWR)  # mostly that number itself
        os.dup2(opened, number)
        os.set_inheritable(number, True)
    return bool(closed)


if __name__ == "__main__":  # python -I surroundings.py COMMAND …: the command in plain surroundings
    os.execvpe(sys.argv[1], sys.argv[1:], plain(os.environ, utf8=False))
