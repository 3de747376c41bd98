"""The command line, ``python -m analysis``: verify, figures, where, what-if, stale, release, run, list and more."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import analysis
from analysis.kit import checkout
from analysis.kit.errors import ProblemError, closest, of_disk

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 well, 1 drift or facts due, 2 a problem of the user, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with contextlib.suppress(AttributeError):  # a terminal that knows no × shows another sign for it
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    options = parser(*given[:1]).parse_args(given)
    try:
        if getattr(options, "reads_chapters", False):
            checkout.needed(f"python -m analysis {given[0]}")
        status = options.command(options)
        print(end="", flush=True)  # so that what cannot be written is told here, and not when Python ends
        return status
    except ProblemError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        _let_go_of_the_output()
        return 0
    except OSError as error:
        if not of_disk(error):
            raise
        _let_go_of_the_output()
        print(f"error: {of_disk(error)}", file=sys.stderr)
        return 2


def _let_go_of_the_output() -> None:
    """What is still to be written goes nowhere, so that Python does not complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser(given: str = "") -> argparse.ArgumentParser:
    """The commands and their options; what the topics add is there where `given`, the first word, is none of ours.

    Topics load their models, which takes a second.
    """
    top = argparse.ArgumentParser(
        prog="python -m analysis", description="Verify, draw and recompute what the book prints."
    )
    top.add_argument("--version", action="version", version=analysis.__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    verify = commands.add_parser("verify", help="recompute everything and say what moved")
    verify.add_argument("--deep", action="store_true", help="recompute the experiments in full, not a slice")
    verify.add_argument("--only", default="", metavar="PREFIX", help="such as figure, claim/OCC or occam-prior")
    verify.add_argument("--report", type=Path, metavar="DIR", help="write a page of what moved, old and new")
    verify.add_argument("--against", default="", metavar="COMMIT", help="hold against the references of this commit")
    verify.add_argument("--accept", action="store_true", help="make what moved the new reference")
    verify.set_defaults(command=_verify, reads_chapters=True)

    figures = commands.add_parser("figures", help="export figures and their data")
    figures.add_argument("ids", nargs="*", metavar="ID", help="default: all")
    figures.add_argument("--format", default="svg,png,csv,json", help="comma-separated: svg,png,csv,json")
    figures.add_argument("--out", type=Path, default=Path("_build/figures"), metavar="DIR")
    figures.set_defaults(command=_figures, reads_chapters=True)

    where = commands.add_parser(
        "where", help="say what a fact, figure, number, claim or erratum reads, and what reads it"
    )
    where.add_argument("id", nargs="?", metavar="ID", help="such as v3-gpus, deepseek-saving, share-fall or DSK-3")
    where.add_argument(
        "--without-how",
        nargs="?",
        const="",
        metavar="TOPIC",
        help="list the numbers that are computed and do not say in words how; 1 if there are any",
    )
    where.set_defaults(command=_where, reads_chapters=True)

    what_if = commands.add_parser(
        "what-if", help="say what would move with other facts or assumptions: numbers, findings, verdicts"
    )
    what_if.add_argument(
        "changes",
        nargs="*",
        metavar="ID=VALUE",
        help="such as deepseek/v3-gpus=4096, or market_deals/3=out to leave it out",
    )
    what_if.add_argument("--topic", default="", metavar="TOPIC", help="only what moves in this topic")
    what_if.add_argument("--json", action="store_true", help="print one JSON document")
    what_if.add_argument("--serve", action="store_true", help="build the affected chapters so, apart, and serve them")
    what_if.add_argument("--port", type=int, default=8000, help="port on this machine to serve at (default 8000)")
    what_if.set_defaults(command=_what_if, reads_chapters=True)

    stale = commands.add_parser(
        "stale", help="list published figures that are due for another look; 1 if there are any"
    )
    stale.add_argument("--on", default="", metavar="YYYY-MM-DD", help="the day to look at (default today)")
    stale.add_argument("--topic", default="", metavar="TOPIC", help="of its tables alone")
    stale.set_defaults(command=_stale)

    run = commands.add_parser("run", help="run an experiment; Ctrl-C stops it, the same command goes on")
    run.add_argument("experiment", metavar="EXPERIMENT")
    run.add_argument("--scale", default="1", metavar="N", help="factor on the amount of work (default 1)")
    run.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://host:8786")
    run.add_argument("--fresh", action="store_true", help="start over instead of going on")
    run.add_argument("--out", type=Path, metavar="DIR", help="where the result goes")
    run.set_defaults(command=_run)

    release = commands.add_parser(
        "release", help="keep all numbers under this version, or say what moved since the last"
    )
    release.add_argument("--moved", action="store_true", help="print what moved since the last release; write nothing")
    release.add_argument("--replace", action="store_true", help="write this version again, before it is published")
    release.set_defaults(command=_release, reads_chapters=True)

    listed = commands.add_parser("list", help="figures, experiments, claims with their verdicts, errata")
    listed.set_defaults(command=_list)

    if given and given not in commands.choices:
        from analysis import topics

        for topic in topics.commands():
            topic.add_commands(commands)
    return top


def _verify(options: argparse.Namespace) -> int:
    from analysis.verify import command

    asked = {name: getattr(options, name) for name in ("deep", "report", "against", "accept")}
    return command(options.only, **asked)


def _figures(options: argparse.Namespace) -> int:
    from analysis import runs, topics
    from analysis.kit import downloads

    formats = [f for f in options.format.split(",") if f]
    for unknown in [f for f in formats if f not in downloads.FORMATS] or ([""] if not formats else []):
        raise ProblemError(f"Unknown figure format {unknown!r}; choose from {', '.join(downloads.FORMATS)}.")
    known = topics.figures()
    for identity in options.ids:
        if identity not in known:
            raise ProblemError(f"There is no figure {identity!r}; {closest(identity, known)}")
    if not options.ids:
        runs.run_all()
    for identity in options.ids or known:
        try:
            written = downloads.save_spec(runs.spec(identity), options.out, formats)
        except OSError as error:
            raise ProblemError(
                f"The folder {options.out} cannot be written ({error.strerror}); choose another with --out."
            ) from error
        print(*written, sep="\n")
    return 0


def _where(options: argparse.Namespace) -> int:
    if options.without_how is not None:
        from analysis.origins import silent_command

        return silent_command(options.without_how)
    if not options.id:
        raise ProblemError("Say what you look for: python -m analysis where v3-gpus.")
    from analysis.where import command

    return command(options.id)


def _what_if(options: argparse.Namespace) -> int:
    from analysis.moves import command

    affected = command(options.changes, options.topic, as_json=options.json)
    if not options.serve:
        return 0
    if not affected:
        raise ProblemError("No chapter reads what is changed, so there is none to build.")
    # the website knows the analysis, never the other way; it takes over this process, and with it Ctrl-C
    site = ["-m", "book", "serve", "--port", str(options.port), "--what-if", *options.changes, "--chapters", *affected]
    os.chdir(Path(__file__).parents[1])
    os.execv(sys.executable, [sys.executable, *site])


def _release(options: argparse.Namespace) -> int:
    from analysis.releases import command

    return command(only_moved=options.moved, replace=options.replace)


def _stale(options: argparse.Namespace) -> int:
    from analysis.stale import command

    return command(options.on, options.topic)


def _run(options: argparse.Namespace) -> int:
    from analysis import topics
    from analysis.kit.experiments import Stopped, check_scale, cluster, run_experiment

    try:
        scale = check_scale(float(options.scale))
    except ValueError as error:
        raise ProblemError(f"The scale {options.scale!r} is not a number; give one such as 0.1 or 10.") from error
    known = topics.experiments()
    if options.experiment in topics.measurements():
        command = topics.measurements()[options.experiment].command
        raise ProblemError(f"{options.experiment} was measured on a graphics card; there it is repeated by: {command}")
    if options.experiment not in known:
        raise ProblemError(f"There is no experiment {options.experiment!r}; {closest(options.experiment, known)}")
    if options.experiment in {topics.identity(topic, "turns") for topic in topics.TOPICS}:
        checkout.needed(f"python -m analysis run {options.experiment}")  # for it asks the cells what they read
    if options.out is None and not checkout.there():
        raise ProblemError("Results of an installed package stay as they are; say where yours go with --out DIR.")
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(cluster(options.scheduler)) if options.scheduler else None
        try:
            path = run_experiment(known[options.experiment], scale, executor, options.out, fresh=options.fresh)
        except Stopped as stopped:
            print(stopped, file=sys.stderr)
            return INTERRUPTED
    print(path)
    return 0


def _list(options: argparse.Namespace) -> int:
    from analysis import topics
    from analysis.kit import claims

    print("Figures")
    for identity, declared in topics.figures().items():
        first = (declared.__doc__ or "").strip().splitlines()
        print(f"  {identity:<34} {first[0] if first else ''}".rstrip())
    print("Experiments")
    for name, experiment in topics.experiments().items():
        print(f"  {name:<34} {experiment.title} ({experiment.cost})")
    print("Measurements")
    for name, measurement in topics.measurements().items():
        print(f"  {name:<34} {measurement.title}")
    print("Claims")
    rules, problems = topics.rules(), []
    for name, claim in claims.ledger().items():
        try:
            verdict = claims.judge(claim, rules).verdict
        except ProblemError as error:
            verdict = "unknown"
            problems.append(f"{name}: {error}")
        print(f"  {name:<7} {verdict:<11} {claim.claim}")
    print("Errata")
    for name, compute in topics.errata().items():
        print(f"  {name:<34} {(compute.__doc__ or '').strip()}".rstrip())
    if problems:
        raise ProblemError(" ".join(problems))
    return 0
