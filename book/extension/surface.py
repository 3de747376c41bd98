"""The public surface of the models: what a topic's ``__init__`` lists, what that returns, and what the kit lends."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

from analysis import topics

#: What somebody needs of the kit beside the models, by module.
KIT = {
    "analysis.kit.facts": ("load", "override"),
    "analysis.kit.errors": ("ProblemError",),
    "analysis.kit.experiments": ("load_result",),
}


#: The page that leads to those of the topics, and that has what the kit lends.
PAGE = "book/api"
#: A model as sentences and cells call it, perhaps below a module of its topic.
NAMED = re.compile(rf"\b((?:analysis\.)?(?:{'|'.join(topics.TOPICS)}|facts)\.[A-Za-z]\w*(?:\.[A-Za-z]\w*)?)\b")


@dataclass(frozen=True)
class Entry:
    """Something public.

    Parameters
    ----------
    name : str
        As a cell says it, such as ``scaling.fit_scaling_law``.
    target : str
        The name that it is documented by, and its anchor.
    home : str
        The module that defines it.
    kind : str
        ``function``, ``class`` or ``data``.
    says : str
        The first line of its text.
    returned : bool
        Whether it only comes back from a function; it is imported from its home.
    """

    name: str
    target: str
    home: str
    kind: str
    says: str
    returned: bool = False

    @property
    def value(self) -> Any:
        """The thing itself."""
        return getattr(importlib.import_module(self.home), self.target.rpartition(".")[2])


@functools.cache
def of(topic: str) -> tuple[Entry, ...]:
    """Return the public entries of a topic, or of ``kit``, module by module."""
    if topic == "kit":
        named = [(f"{home.rpartition('.')[2]}.{name}", home, name) for home, names in KIT.items() for name in names]
        return tuple(_entry(name, f"{home}.{own}", home, own) for name, home, own in named)
    package = importlib.import_module(f"analysis.{topic}")
    homes = _homes(package)
    found: dict[str, Entry] = {}
    for name in sorted(package.__all__, key=lambda name: list(homes).index(name)):
        value = getattr(package, name)
        if isinstance(value, ModuleType):
            for own in _defined(value, package):
                entry = _entry(f"{topic}.{name}.{own}", f"{value.__name__}.{own}", value.__name__, own)
                found[entry.target] = entry
        elif homes[name].startswith("analysis.kit"):
            continue  # which stands among what the kit lends
        else:
            at = package.__name__ if callable(value) else homes[name]
            entry = _entry(f"{topic}.{name}", f"{at}.{name}", homes[name], name)
            found[entry.target] = entry
    for entry in _returned(found, package.__name__):
        found[entry.target] = entry
    order = list(dict.fromkeys(entry.home for entry in found.values()))
    return tuple(sorted(found.values(), key=lambda entry: order.index(entry.home)))


@functools.cache
def every() -> dict[str, Entry]:
    """Return all entries by the names that cells and links know them by; the home's name is one of them."""
    found = {}
    for topic in ("kit", *topics.TOPICS):
        for entry in of(topic):
            for name in (entry.name, entry.target, f"{entry.home}.{entry.target.rpartition('.')[2]}"):
                found[name] = entry
    for topic in topics.TOPICS:  # what a topic lends from the kit
        for name, home in _homes(importlib.import_module(f"analysis.{topic}")).items():
            if home in KIT:
                found[f"{topic}.{name}"] = found[f"{home}.{name}"]
    return found


def topic_of(entry: Entry) -> str:
    """Return the topic on whose page an entry stands, or ``kit``."""
    return entry.home.split(".")[1]


def first_line(text: str | None) -> str:
    """Return the first paragraph of a text in one line.

    Examples
    --------
    >>> first_line("One\\nsentence.\\n\\nMore.")
    'One sentence.'
    """
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split())


def plain(text: str) -> str:
    """Return a text without the marks of reStructuredText.

    Examples
    --------
    >>> plain("One of :func:`chips`, such as ``H100``.")
    'One of chips, such as H100.'
    """
    return re.sub(r":\w+:`~?([^`]*)`", r"\1", text).replace("`", "")


def _entry(name: str, target: str, home: str, own: str, returned: bool = False) -> Entry:
    value = getattr(importlib.import_module(home), own)
    if callable(value):
        kind, said = ("class" if inspect.isclass(value) else "function"), value.__doc__
    else:
        kind, said = "data", "\n".join(ModuleAnalyzer.for_module(home).find_attr_docs().get(("", own), []))
    return Entry(name, target, home, kind, first_line(said), returned)


def _homes(package: ModuleType) -> dict[str, str]:
    """The module that defines each name which a package imports, in its order."""
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def _defined(module: ModuleType, package: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        own = getattr(value, "__module__", "") == module.__name__ and callable(value) and value.__doc__
        if own and not name.startswith("_") and name not in package.__all__:
            yield name


def _returned(found: dict[str, Entry], package: str) -> list[Entry]:
    """The classes of the topic that entries return or carry, and that are not public themselves."""
    public = {id(entry.value) for entry in found.values()}
    waiting, extra = [entry.value for entry in found.values() if entry.kind != "data"], []
    while waiting:
        for kind in _kinds(waiting.pop()):
            if kind.__module__.startswith(f"{package}.") and id(kind) not in public and kind.__doc__:
                public.add(id(kind))
                waiting.append(kind)
                name = f"{kind.__module__}.{kind.__name__}"
                extra.append(_entry(name.removeprefix("analysis."), name, kind.__module__, kind.__name__, True))
    return extra


def _kinds(value: Any) -> Iterator[type]:
    try:
        hints = typing.get_type_hints(inspect.unwrap(value))
    except (NameError, TypeError):  # a name that only a checker of types imports
        return
    waiting = list(hints.values()) if inspect.isclass(value) else [hints.get("return")]
    while waiting:
        hint = waiting.pop()
        waiting += typing.get_args(hint)
        if inspect.isclass(hint) and not typing.get_args(hint):
            yield hint


def page_of(entry: Entry) -> str:
    """Return the page that an entry stands on."""
    topic = topic_of(entry)
    return PAGE if topic == "kit" else f"{PAGE}/{topic}"


def named(text: str) -> Entry | None:
    """Return the entry that a text is about, such as ``deepseek.machines()``.

    Examples
    --------
    >>> named("deepseek.machines()").target, named("law.loss(N, D)")
    ('analysis.deepseek.machines', None)
    """
    found = NAMED.match(text)
    if not found:
        return None
    name = found[1].removeprefix("analysis.")
    known = every()
    return known.get(name) or known.get(name.rpartition(".")[0])


def address(app: Sphinx, path: str, name: str, root: str) -> str:
    """Return where the entry of a function stands, given its file and its name; empty where it has none."""
    home = path.removesuffix(".py").replace("/", ".")
    entry = every().get(f"{home}.{name}") or every().get(f"{home}.{name.partition('.')[0]}")
    if entry is None or page_of(entry) not in app.env.all_docs:
        return ""
    return f"{root}{app.builder.get_target_uri(page_of(entry))}#{entry.target}"
