"""Experiments: computations that are too long for a build, declared in code and committed as small tables.

An experiment is a list of independent, seeded tasks. They are consumed in their own order, so the result does not
depend on which executor runs them, on how many workers there are, or on where the run was interrupted.

The result is ``analysis/data/results/<name>.csv`` with a manifest ``<name>.json`` beside it. ``verify`` recomputes
a stated slice of every experiment and compares it with the committed table by the experiment's :class:`Comparison`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import platform
import re
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import __version__
from analysis.kit import checkout, overriding
from analysis.kit.checkpoint import Checkpoint
from analysis.kit.errors import ProblemError

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parents[1] / "data" / "results"
TRIALS = ROOT / "_build" / "results"
CHECKPOINTS = checkout.cache() / "experiments"
SIGNIFICANT_DIGITS = 9
MAX_SCALE = 1_000
LICENCE = "CC-BY-4.0"


@dataclass(frozen=True)
class Comparison:
    """How a recomputed table is held against the committed one.

    Parameters
    ----------
    keys : tuple of str
        Columns that name a row.
    values : tuple of str
        Columns that are compared.
    tolerance : float
        Relative tolerance; also the smallest absolute difference that counts in the statistical comparison.
    sigma : float, optional
        When given, the comparison is statistical: the difference may be up to `sigma` standard errors, from the
        columns ``<value>_se`` of both tables. Training on another processor takes another path, so only
        its averages can be the same.
    where : str
        Query (``DataFrame.query``) that selects the recomputed rows that a slice can stand for.
    """

    keys: tuple[str, ...]
    values: tuple[str, ...]
    tolerance: float = 1e-6
    sigma: float | None = None
    where: str = ""


def append_rows(accumulated: list[Any], partial: pd.DataFrame | Iterable[Any]) -> list[Any]:
    """Merge by appending the table, or the rows, of one task; the default of :class:`Experiment`."""
    accumulated.extend([partial] if isinstance(partial, pd.DataFrame) else partial)
    return accumulated


def stacked(accumulated: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables of all tasks below one another; the default of :class:`Experiment`."""
    return pd.concat(accumulated, ignore_index=True)


@dataclass(frozen=True)
class Experiment:
    """A declared computation whose result is committed.

    Parameters
    ----------
    name : str
        Stable name, such as ``"occam-prior-relu"``.
    title : str
        What it measures, for ``python -m analysis list``.
    topic : str
        Name of its sub-package.
    parameters : mapping
        What a reader would need to repeat it elsewhere; JSON values only.
    seed : int
        From which every task derives its own.
    cost : str
        In words: core-minutes and memory.
    tasks : callable(scale) -> sequence
        Independent tasks; each holds its parameters and seed and can be pickled.
    run : function(task) -> partial result
        Defined at the top of a module, so that another process can import it.
    comparison : Comparison
        How ``verify`` compares.
    sliced : callable() -> sequence
        The tasks that ``verify`` recomputes on every run (some ten seconds).
    table : callable(accumulated) -> DataFrame
        The committed table; default :func:`stacked`.
    merge : callable(accumulated, partial) -> accumulated
        In the order of the tasks; default :func:`append_rows`.
    start : callable() -> accumulated
        The empty state; default an empty list.
    """

    name: str
    title: str
    topic: str
    parameters: Mapping[str, Any]
    seed: int
    cost: str
    tasks: Callable[[float], Sequence[Any]]
    run: Callable[[Any], Any]
    comparison: Comparison
    sliced: Callable[[], Sequence[Any]]
    table: Callable[[Any], pd.DataFrame] = stacked
    merge: Callable[[Any, Any], Any] = append_rows
    start: Callable[[], Any] = list


@dataclass(frozen=True)
class Measurement:
    """Readings of a machine that most readers do not have, committed with their description.

    Nobody can repeat them on a processor, so ``verify`` holds them against what a processor can tell of them, and
    says what it could not.

    Parameters
    ----------
    name : str
        Stable name, such as ``"gpu-isoflop"``.
    title : str
        What was measured, for ``python -m analysis list``.
    command : str
        Which repeats it on such a machine.
    recompute : function(committed table) -> DataFrame
        What a processor can tell: rows of the committed table, from its settings alone.
    comparison : Comparison
        How ``verify`` compares.
    untold : str
        What no processor can recompute.
    """

    name: str
    title: str
    command: str
    recompute: Callable[[pd.DataFrame], pd.DataFrame]
    comparison: Comparison
    untold: str


class Stopped(Exception):
    """A run was interrupted and its state is saved."""


class InProcess(Executor):
    """An executor that runs each task at once, here; for slices and tests."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` and return its finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def task_seed(seed: int, *index: int) -> np.random.SeedSequence:
    """The seed of one task: independent for every `index`, the same on every machine.

    >>> int(np.random.default_rng(task_seed(1, 7)).integers(1000))
    777
    """
    return np.random.SeedSequence([seed, *index])


def check_scale(scale: float) -> float:
    """Return a scale that can be run, or raise ProblemError."""
    if not (math.isfinite(scale) and 0 < scale <= MAX_SCALE):
        raise ProblemError(f"The scale is {scale:g}; choose one above 0 and at most {MAX_SCALE}.")
    return scale


def recompute(experiment: Experiment, tasks: Sequence[Any], executor: Executor | None = None) -> pd.DataFrame:
    """The table that `tasks` alone give, for comparison with the committed one."""
    accumulated = experiment.start()
    for partial in _in_order(experiment, tasks, executor or InProcess(), 1 if executor is None else _window()):
        accumulated = experiment.merge(accumulated, partial)
    return experiment.table(accumulated)


def run_experiment(
    experiment: Experiment,
    scale: float = 1.0,
    executor: Executor | None = None,
    folder: Path | None = None,
    *,
    progress: bool = True,
    fresh: bool = False,
    checkpoints: Path | None = None,
) -> Path:
    """Run an experiment, or go on with an interrupted run, and write its table and manifest.

    Parameters
    ----------
    experiment : Experiment
    scale : float
        Factor on the amount of work, above 0 and at most 1000.
    executor : Executor, optional
        Where the tasks run; default all cores of this machine. The result does not depend on it.
    folder : Path, optional
        Where the result goes; default :data:`RESULTS` at scale 1 and :data:`TRIALS` otherwise.
    progress : bool
        Show a progress bar.
    fresh : bool
        Start again even if an interrupted run could go on.
    checkpoints : Path, optional
        Folder of the saved state; default :data:`CHECKPOINTS`.

    Returns
    -------
    Path of the csv file.

    Raises
    ------
    Stopped
        After Ctrl-C, with the state saved.
    ProblemError
        For an absurd scale, a damaged checkpoint, a folder that cannot be written, or lost workers.
    """
    check_scale(scale)
    folder = folder or (RESULTS if scale == 1 else TRIALS)
    _writable(folder)
    tasks = experiment.tasks(scale)
    if not tasks:
        raise ProblemError(f"{experiment.name} has nothing to compute: nothing that it goes through is there yet.")
    saved = Checkpoint(
        (checkpoints or CHECKPOINTS) / f"{experiment.name}-x{scale:g}.checkpoint",
        _identity(experiment, scale, len(tasks)),
    )
    state = None if fresh else saved.load()
    accumulated, done, spent = state or (experiment.start(), 0, 0.0)
    began = time.monotonic()

    def save() -> None:
        saved.save((accumulated, done, spent + time.monotonic() - began))

    with contextlib.ExitStack() as stack:
        stop = stack.enter_context(_stop_signal())
        executor = executor or stack.enter_context(local_pool())
        bar = stack.enter_context(_bar(experiment.name, len(tasks), done, progress))
        results = _in_order(experiment, tasks[done:], executor, _window(), stop)
        try:
            for partial in results:
                accumulated = experiment.merge(accumulated, partial)
                done += 1
                bar.update()
                if saved.due():
                    save()
        except Exception as error:
            save()
            if isinstance(error, BrokenExecutor) or type(error).__module__.startswith("distributed"):
                raise ProblemError(
                    f"The workers were lost after {done} of {len(tasks)} tasks ({type(error).__name__}); "
                    "see that they have memory and run the same command to go on."
                ) from error
            raise
        if done < len(tasks):
            save()
            raise Stopped(f"Stopped after {done} of {len(tasks)} tasks; run the same command to go on.")
    seconds = spent + time.monotonic() - began
    path = _write(experiment, experiment.table(accumulated), scale, seconds, folder)
    saved.remove()
    return path


def load_result(name: str, folder: Path = RESULTS) -> pd.DataFrame:
    """Load the committed table of an experiment.

    Parameters
    ----------
    name : str
        Of an experiment, as ``python -m analysis list`` names it.
    folder : Path, optional
        Where table and manifest are; default: those that the package carries.

    Returns
    -------
    DataFrame
        One row a result; the manifest says what its columns mean.

    Raises
    ------
    ProblemError
        If the table or its manifest is missing, or the table is not the one the manifest was written for.

    Examples
    --------
    >>> table = load_result("distributed-transfer").query("method == 'data-parallel'")
    >>> (table["bits_sent"] / 32 / table["steps"]).unique().tolist()  # all 13,984 parameters at each step
    [13984.0]
    """
    manifest(name, folder)
    return pd.read_csv(folder / f"{name}.csv")


def manifest(name: str, folder: Path = RESULTS) -> dict[str, Any]:
    """Load the manifest of a committed table after checking that the two belong together."""
    table, description = folder / f"{name}.csv", folder / f"{name}.json"
    place = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
    mend = f"restore it with 'git checkout {place}' or make it with 'python -m analysis run {name}'"
    for path in (table, description):
        if not path.exists():
            raise ProblemError(f"The result {place / path.name} is missing; {mend}.")
    try:
        content = json.loads(description.read_text(encoding="utf-8"))
        expected = content["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemError(f"The manifest {place / description.name} cannot be read; {mend}.") from error
    if hashlib.sha256(table.read_bytes()).hexdigest() != expected:
        raise ProblemError(f"{place / table.name} is not the table of its manifest (checksum differs); {mend}.")
    return content


# --- executors ----------------------------------------------------------------------------------------------


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def local_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """All cores of this machine; the workers leave Ctrl-C to the parent."""
    return ProcessPoolExecutor(
        workers or cores(),
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )


@contextlib.contextmanager
def cluster(address: str, timeout: float = 10) -> Iterator[Executor]:
    """An executor on the Dask cluster whose scheduler is at `address` (``tcp://host:8786``).

    Raises
    ------
    ProblemError
        If Dask is not installed or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ProblemError(
            "--scheduler needs Dask; install it with: pip install 'ai-training-efficiency[cluster]'."
        ) from error
    try:
        if not re.search(r"[:/]\d+$", address):  # Dask would look for it in vain for long
            raise ValueError(address)
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ProblemError(
            f"No Dask scheduler answers at {address!r}; start one with 'dask scheduler' or correct the address."
        ) from error
    with client, client.get_executor(pure=False) as executor:
        yield executor


def one_thread(run: Callable[[Any], Any], task: Any, changes: Mapping[str, float | None]) -> Any:
    """Run a task with one BLAS thread, so that workers do not compete and sums are taken in one order.

    `changes` are the facts and assumptions that were replaced where the task was handed out.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), overriding.override(changes):
        return run(task)


def _window() -> int:
    """Tasks that are in flight at once: enough to keep the workers busy, few enough to bound memory."""
    return 4 * cores()


def _in_order(
    experiment: Experiment,
    tasks: Sequence[Any],
    executor: Executor,
    window: int,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Any]:
    """Yield the partial results in the order of the tasks, with at most `window` of them in flight."""
    if isinstance(executor, InProcess):
        window = 1
    waiting = iter(tasks)
    flying: deque[Future[Any]] = deque()
    try:
        while not stop():
            for task in waiting:
                flying.append(executor.submit(one_thread, experiment.run, task, overriding.asked()))
                if len(flying) >= window:
                    break
            if not flying:
                return
            while not wait([flying[0]], timeout=0.2).done:
                if stop():
                    return
            yield flying.popleft().result()
    finally:
        for future in flying:
            future.cancel()


@contextlib.contextmanager
def _stop_signal() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C into a flag, so that it never cuts a merge in half; a second Ctrl-C has its usual effect."""
    stopped: list[int] = []
    try:
        previous = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda number, frame: (stopped.append(number), restore()))  # type: ignore[func-returns-value]
    except ValueError:  # not in the main thread, where no signal arrives
        yield lambda: False
        return

    def restore() -> None:
        signal.signal(signal.SIGINT, previous)

    try:
        yield lambda: bool(stopped)
    finally:
        restore()


def _identity(experiment: Experiment, scale: float, count: int) -> str:
    digest = hashlib.sha256()
    stated = [experiment.name, dict(experiment.parameters), experiment.seed, scale, count, np.__version__]
    digest.update(json.dumps(stated, sort_keys=True).encode())
    topic = Path(__file__).parents[1] / experiment.topic
    models = [path for path in topic.rglob("*.py") if "chapter" not in path.relative_to(topic).parts]
    for path in sorted([*models, *(topic / "chapter").glob("experiments*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# --- writing ------------------------------------------------------------------------------------------------


def _write(experiment: Experiment, table: pd.DataFrame, scale: float, seconds: float, folder: Path) -> Path:
    description = {
        "title": experiment.title,
        "parameters": dict(experiment.parameters),
        "seed": experiment.seed,
        "scale": scale,
        "command": f"python -m analysis run {experiment.name}" + (f" --scale {scale:g}" if scale != 1 else ""),
        "package": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds, 1),
        "cores": cores(),
    }
    return write_result(experiment.name, table, description, folder)


def write_result(name: str, table: pd.DataFrame, description: Mapping[str, Any], folder: Path = RESULTS) -> Path:
    """Write a table and the manifest that belongs to it; each file is complete or untouched.

    Parameters
    ----------
    name : str
    table : DataFrame
    description : mapping
        What its manifest says of it; rows, columns, checksum and licence are added.
    folder : Path, optional

    Returns
    -------
    Path of the csv file.
    """
    text = table.to_csv(index=False, float_format=f"%.{SIGNIFICANT_DIGITS}g", lineterminator="\n")
    content = {
        "name": name,
        **description,
        "rows": len(table),
        "columns": list(table.columns),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "licence": LICENCE,
    }
    for file, body in (
        (f"{name}.csv", text),
        (f"{name}.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n"),
    ):
        partly = folder / f".{file}.partly"
        partly.write_text(body, encoding="utf-8", newline="\n")
        partly.replace(folder / file)
    return folder / f"{name}.csv"


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ProblemError(
            f"The folder {folder} cannot be written ({error.strerror}); choose another with --out."
        ) from error


def _bar(name: str, total: int, done: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, initial=done, desc=name, unit="task", disable=not progress)
