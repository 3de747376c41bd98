"""The command line of the site: ``python -m book build``, ``course``, ``serve``, ``paper`` and others (``--help``)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from analysis.kit.errors import ProblemError, of_disk


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 is success, 1 a book that does not build, 2 bad input, 130 an interruption."""
    parser = argparse.ArgumentParser(prog="python -m book", description="Build or serve the website of the book.")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("build", help="build the site into _build/html")
    teaching = commands.add_parser("course", help="build the site with notebooks for students and teachers")
    for each in (making, teaching):
        each.add_argument("--verbose", action="store_true", help="print everything that Jupyter Book says")
    serving = commands.add_parser("serve", help="serve the site and build it again on every save")
    serving.add_argument("--port", type=int, default=8000, help="port on this machine (default 8000)")
    serving.add_argument("--what-if", nargs="+", default=[], metavar="ID=VALUE", help="with other facts, apart")
    serving.add_argument("--chapters", nargs="+", default=[], metavar="TOPIC", help="with --what-if: which are built")
    printing = commands.add_parser("paper", help="make a PDF, an EPUB, or an archive of the site")
    printing.add_argument("kinds", nargs="+", choices=["pdf", "epub", "offline"])
    showing = commands.add_parser("slides", help="write a deck of slides for each chapter into _build/html/slides")
    showing.add_argument("topics", nargs="*", metavar="TOPIC", help="only of these chapters")
    grading = commands.add_parser("grade", help="grade a folder of submissions; runs what students wrote, unprotected")
    grading.add_argument("autograder", type=Path, help="PAGE-autograder.zip, of grading.zip of the course files")
    grading.add_argument("folder", type=Path, help="of the notebooks that were handed in; gets points.csv")
    grading.add_argument("--seconds", type=int, default=60, help="after which a cell is stopped (default 60)")
    commands.add_parser("lite", help="make a JupyterLite with the chapters, in _build/lite")
    commands.add_parser("branch", help="put together what Colab and Binder open, from the files of 'course'")
    checking = commands.add_parser("sphinx-check", help="build with plain Sphinx, without Jupyter Book")
    checking.add_argument("--python", default=sys.executable, help="interpreter whose Sphinx is tried")
    chosen = parser.parse_args(arguments)

    if chosen.command == "grade":
        from book.course.grade import grade  # by itself: a teacher has the package and otter, and no Sphinx

        try:
            print(grade(chosen.autograder, chosen.folder, chosen.seconds))
        except ProblemError as problem:
            print(problem, file=sys.stderr)
            return 2
        return 0

    from book import build

    try:
        if chosen.command in ("build", "course"):
            try:
                build.build(verbose=chosen.verbose, course=chosen.command == "course")
            except build.BuildError as failure:
                print(failure, file=sys.stderr)
                return 1
        elif chosen.command == "serve":
            from book import serve

            if chosen.what_if:
                from book.what_if import served

                served(chosen.what_if, chosen.chapters, chosen.port)
            else:
                serve.serve(chosen.port)
        elif chosen.command == "paper":
            from book.paper.write import write

            for path in write(chosen.kinds):
                print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
        elif chosen.command == "slides":
            from book.course import slides
            from book.extension import course_files

            for path in slides.write(build.ROOT / build.SITE / course_files.SLIDES, chosen.topics):
                print(path)
        elif chosen.command == "lite":
            from book.course import lite

            print(f"The chapters for a browser's own Python are in {lite.build()}")
        elif chosen.command == "branch":
            from book.course import branch

            print(f"{len(branch.write())} files for the branch 'notebooks' are in {branch.OUT}")
        else:
            from book import plain_sphinx

            print(f"The book builds with {plain_sphinx.check(chosen.python)} alone.")
    except ProblemError as problem:
        print(problem, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if not of_disk(error):
            raise
        print(of_disk(error), file=sys.stderr)
        return 2
    except (build.Interrupted, KeyboardInterrupt):
        print("Interrupted; the last good site, if there was one, is still in _build/html.", file=sys.stderr)
        return 130
    return 0
