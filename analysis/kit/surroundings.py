"""What people set for their own Pythons and notebooks does not reach the commands of the book, nor their kernels.

Another NumPy on ``PYTHONPATH``, a start-up file of IPython, a kernel of that name elsewhere, a terminal that is said to
know ASCII alone: each of them is somebody's good reason, and none is to change or stop what the book computes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
#: What changes how a Python computes, prints or ends, and where it installs.
_UNWANTED = (
    *("PIP_CONSTRAINT", "PIP_PREFIX", "PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PIP_USER"),
    *("PYTHONHOME", "PYTHONINSPECT", "PYTHONIOENCODING", "PYTHONLEGACYWINDOWSSTDIO", "PYTHONOPTIMIZE"),
    *("PYTHONPLATLIBDIR", "PYTHONSAFEPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONUTF8", "PYTHONWARNINGS"),
)

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
    kept = {
        name: value
        for name, value in environment.items()
        if name not in _UNWANTED and not name.startswith(("JUPYTER_", "IPYTHON"))
    }
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
    return kept


def settle() -> None:
    """Start this process again in plain surroundings, unless it is in such already; the first act of a command."""
    process = str(os.getpid())
    if os.name != "posix" or sys.flags.ignore_environment or os.environ.get(_SETTLED) == process:
        return
    spoken = [sys.getfilesystemencoding(), *(s.encoding for s in (sys.stdin, sys.stdout, sys.stderr) if s)]
    utf8 = sys.flags.utf8_mode == 1 or {name.lower().replace("-", "") for name in spoken} == {"utf8"}
    wanted = plain(os.environ, isolated=sys.prefix != sys.base_prefix, utf8=utf8)
    if wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted | {_SETTLED: process})
