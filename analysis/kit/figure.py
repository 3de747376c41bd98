"""A figure of the book: a chart with everything a reader needs to use, doubt and cite it.

A figure function takes data and returns a :class:`Figure`; the decorator :func:`figure` names it after its
topic and function (``analysis.occam.chapter.figures.prior_rank`` is ``occam-prior-rank``). The data come from a cell
of the chapter.

Everything downstream (the page, the exports, the references, strict notebook comparison) is derived from
:meth:`Figure.spec`, a plain Vega-Lite document whose floats carry nine significant digits.
"""

from __future__ import annotations

import ast
import functools
import importlib
import json
import math
import os
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from analysis.kit import controls as _controls
from analysis.kit import downloads, figure_data, theme  # noqa: F401  registers the book's theme
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import spaced

MIME = "application/vnd.vegalite.v6+json"
#: Set in the environment of a kernel whose outputs are compared with references: a figure gives its document alone.
BARE = "BOOK_FIGURES_BARE"
SIGNIFICANT_DIGITS = 9
MAX_ROWS = 2_000
#: What the title of a figure says where its condition is false.
FALSE_HERE = "(this does not hold for these inputs)"


@dataclass(frozen=True, eq=False)
class Figure:
    """An Altair chart with its finding, description and sources.

    Parameters
    ----------
    chart : altair chart
        A single or layered view, or a ``concat``/``facet`` with ``columns``; the width is set by the page.
        Its colours come from :mod:`analysis.kit.theme`.
    title : str
        The finding, as a sentence; of a figure with controls it is the finding at their start, and is left out.
    subtitle : str
        What is measured, in which unit.
    caption : str
        How to read it and what to doubt (Markdown with inline code and links only).
    alt : str
        What a person who cannot see it needs to know, with the numbers.
    sources : tuple of str
        Keys of ``book/references.bib``, names of tables in ``analysis/data``, or ``"computed"``.
    holds : bool
        The condition under which the title is true, computed from the data of the chart. Where it is false the figure
        is drawn and its title says so; the build and the verification call it an error. A finding that follows the
        controls is true of itself; there it is the condition of what the texts around the figure take for granted.
    tolerances : dict, optional
        Relative tolerance by data field for the comparison with the committed reference (default 1e-6).
    data : DataFrame, optional
        The data of the figure, where they are not what the chart's tables hold: a curve that is computed in the
        browser, at the default setting of its controls. Its columns are named after the chart's fields.
    columns : dict, optional
        What a column of the data means, with its unit, where neither the title of an axis nor of a tooltip says so.
    controls : sequence, optional
        What the reader can set (:func:`analysis.kit.controls.slider`, :func:`analysis.kit.controls.choice`); the chart
        uses them by their names.
    finding : callable, optional
        With controls: the sentence that is true at a setting, from the controls' values by their names.
    rule : str, optional
        With controls: the Vega expression that gives the same sentence in the browser. Without one the sentences of all
        settings are listed.
    id, script : str
        Filled in by :func:`figure`.

    Raises
    ------
    ProblemError
        If one of the texts or the sources is empty.
    """

    chart: Any
    _: KW_ONLY
    title: str = ""
    subtitle: str
    caption: str
    alt: str
    sources: tuple[str, ...]
    holds: bool
    tolerances: dict[str, float] = field(default_factory=dict)
    data: pd.DataFrame | None = None
    columns: dict[str, str] = field(default_factory=dict)
    controls: Sequence[_controls.Control] = ()
    finding: _controls.Finding | None = None
    rule: str = ""
    id: str = ""
    script: str = ""

    def __post_init__(self) -> None:
        if bool(self.controls) != bool(self.finding):
            raise ProblemError("A figure with controls needs a 'finding' at each of their settings, and only such one.")
        if self.finding and not self.title:
            object.__setattr__(self, "title", self.finding(**_controls.start(self.controls)))
        for name in ("title", "subtitle", "caption", "alt", "sources"):
            if not getattr(self, name):
                raise ProblemError(f"A figure needs {name!r}; give it in the function that draws it.")

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite document: data hoisted to ``datasets``, floats rounded, our texts in ``usermeta``."""
        with alt.data_transformers.enable("default", consolidate_datasets=False, max_rows=MAX_ROWS):
            raw = self.chart.add_params(*(each.parameter() for each in self.controls)).to_dict()
        spec = _settled_names(_hoist_data(_rounded(raw)))
        spec["usermeta"] = {
            "id": self.id,
            "title": spaced(self.title if self.holds or self.finding else f"{self.title} {FALSE_HERE}"),
            "subtitle": spaced(self.subtitle),
            "caption": spaced(self.caption),
            "alt": spaced(self.alt),
            "sources": list(self.sources),
            "script": self.script,
            "tolerances": self.tolerances,
            "holds": bool(self.holds),
        }
        if self.finding:
            rule = _controls.expression(self.rule) if self.rule else _controls.rule_of(self.finding, self.controls)
            spec["params"].append({"name": _controls.NAME, "expr": rule})
            spec["usermeta"]["controls"] = _rounded([each.described() for each in self.controls])
        if self.columns:
            spec["usermeta"]["columns"] = self.columns
        if self.data is not None:
            spec["usermeta"]["data"] = _rounded(table("data", self.data).values)
        spec["description"] = spec["usermeta"]["alt"]
        _tell_in_words(spec)
        return spec

    def shown(self) -> pd.DataFrame:
        """Return the data of the figure, as the CSV under it has them."""
        return figure_data.shown(self.spec())

    def save(self, folder: Path, formats: Iterable[str] = downloads.FORMATS) -> list[Path]:
        """Write the figure as ``<id>.<format>`` into `folder` and return the paths."""
        return downloads.save_spec(self.spec(), folder, formats)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        spec = self.spec()
        data, metadata = ({MIME: spec}, {}) if os.environ.get(BARE) else downloads.in_notebook(spec)
        return {**data, "text/plain": f"Figure {self.id}: {spaced(self.title)}"}, metadata


# --- the registry -------------------------------------------------------------------------------------------


#: Every figure function that was declared, by the figure's id.
REGISTRY: dict[str, Callable[..., Figure]] = {}


def identity_of(topic: str, name: str) -> str:
    """The id of the figure that a topic's function `name` draws.

    >>> identity_of("cnn_era", "one_break")
    'cnn-era-one-break'
    """
    return f"{topic}-{name}".replace("_", "-")


def figure(function: Callable[..., Figure]) -> Callable[..., Figure]:
    """Declare a figure function: what it returns gets an id, of its topic and its name, and the place of its code.

    Raises
    ------
    ProblemError
        If two modules declare one name.
    """
    identity = identity_of(function.__module__.split(".")[1], function.__name__)
    script = f"{function.__module__.replace('.', '/')}.py:{function.__name__}"

    @functools.wraps(function)
    def drawn(*args: Any, **kwargs: Any) -> Figure:
        return replace(function(*args, **kwargs), id=identity, script=script)

    if identity in REGISTRY and REGISTRY[identity].__module__ != function.__module__:
        raise ProblemError(f"Two figure functions are called {function.__name__}; rename one.")
    REGISTRY[identity] = drawn
    return drawn


def functions_of(package: str) -> dict[str, Callable[..., Figure]]:
    """Every figure function that the modules of a package declare, by name; for the package's namespace."""
    folder = importlib.import_module(package)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{package}.{module.name}")
    return {drawn.__name__: drawn for drawn in REGISTRY.values() if drawn.__module__.rpartition(".")[0] == package}


def script_lines(script: str) -> tuple[int, int]:
    """First and last line of a figure's function, for a link to its source (``path.py:name``)."""
    path, name = script.split(":")
    tree = ast.parse((Path(__file__).parents[2] / path).read_text(encoding="utf-8"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return first, function.end_lineno or first


# --- the document -------------------------------------------------------------------------------------------


def _rounded(node: Any) -> Any:
    """Return a JSON tree with floats at nine significant digits and not-a-number as null."""
    if isinstance(node, float):
        return float(f"{node:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(node) else None
    if isinstance(node, dict):
        return {key: _rounded(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_rounded(value) for value in node]
    return node


def _settled_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Number the names that Altair makes up in order of appearance; noise in the data changes its digests."""
    text = json.dumps(spec)
    if "np.float64(" in text:
        raise ProblemError("An expression of a figure holds a NumPy number as Python writes it; give it float(...).")
    invented = dict.fromkeys(re.findall(r"\b(?:view|param)_[0-9a-f]{16}(?:_\d+)?\b", text))
    for number, name in enumerate(sorted(invented, key=text.index), start=1):
        text = re.sub(rf"\b{name}\b", f"{name.split('_')[0]}_{number}", text)
    return json.loads(text)


def _tell_in_words(spec: dict[str, Any]) -> None:
    """Let each line of a tooltip begin with what its column means instead of the column's name."""
    said = figure_data.meanings(spec)
    for mark in figure_data.marks(spec):
        lines = mark.encoding.get("tooltip", [])
        for line in lines if isinstance(lines, list) else [lines]:
            if not line.get("title") and line.get("field") in said:
                line["title"] = said[line["field"]]


def _hoist_data(spec: dict[str, Any]) -> dict[str, Any]:
    """Move inline data to ``datasets``; unnamed tables are called ``data``, ``data-2``, … in order of appearance."""
    datasets: dict[str, Any] = {}

    def views(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for key in ("layer", "concat", "hconcat", "vconcat"):
            for child in node.get(key, []):
                yield from views(child)
        if isinstance(node.get("spec"), dict):
            yield from views(node["spec"])

    for view in views(spec):
        data = view.get("data")
        if not isinstance(data, dict) or "values" not in data:
            continue
        given = data.get("name")
        same = next((n for n, rows in datasets.items() if rows == data["values"] and given in (None, n)), None)
        name = same or given or ("data" if "data" not in datasets else f"data-{len(datasets) + 1}")
        if name in datasets and same is None:
            raise ProblemError(f"Two different tables of one chart are both named {name!r}; rename one.")
        datasets[name] = data["values"]
        view["data"] = {"name": name}
    spec["datasets"] = datasets
    return spec


def table(name: str, rows: pd.DataFrame) -> alt.InlineData:
    """Return rows as chart data under a name that a reader of the CSV or of an error message understands."""
    if len(rows) > MAX_ROWS:
        raise ProblemError(f"Table {name!r} has {len(rows)} rows; bin or thin it below {MAX_ROWS} before drawing.")
    return alt.InlineData(values=json.loads(rows.to_json(orient="records", double_precision=15)), name=name)
