"""One PDF and one EPUB of all pages, and the site as one archive."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError
from analysis.kit.theme import PAPER
from book import build
from book.paper import blocks
from book.paper.builder import ON_SCREEN

ROOT = build.ROOT
TITLE = "The Evolution of AI Training Efficiency"
#: Where the finished files go, below the repository.
OUT = Path("_build") / "paper"
TEMPLATE = Path(__file__).with_name("book.typ")


def pages(folder: Path) -> list[tuple[str, list[str]]]:
    """Write every page as blocks below `folder` and return their names by part of the book.

    Raises
    ------
    BuildError
        With what Sphinx complained about.
    """
    return json.loads((build.written_by("paper", ROOT, folder) / "contents.json").read_text(encoding="utf-8"))


def whole(folder: Path, parts: list[tuple[str, list[str]]]) -> list[blocks.Piece]:
    """The blocks of all pages, one after the other."""
    found: list[blocks.Piece] = []
    for _, docnames in parts:
        for docname in docnames:
            if docname not in ON_SCREEN:
                path = folder / "_build" / "paper" / f"{docname}.json"
                found += json.loads(path.read_text(encoding="utf-8"))
    return found


def settled(book: list[blocks.Piece]) -> list[blocks.Piece]:
    """Links that lead to what stands on screen alone become plain words; names that stand twice stand once."""
    named: set[str] = set()

    def once(piece: blocks.Piece) -> Any:
        if piece["t"] in ("Div", "Span", "Header"):
            attributes = piece["c"][1 if piece["t"] == "Header" else 0]
            if attributes[0] in named:
                attributes[0] = ""
            elif attributes[0]:
                named.add(attributes[0])
        return piece

    def lead(piece: blocks.Piece) -> Any:
        if piece["t"] == "Link" and piece["c"][2][0].startswith("#") and piece["c"][2][0][1:] not in named:
            return piece["c"][1]
        return piece

    return blocks.walk(blocks.walk(book, once), lead)


def pdf(folder: Path, book: list[blocks.Piece], out: Path) -> Path:
    """Set the book with Typst: cover, contents with page numbers, bookmarks, vector figures, links."""
    import typst

    source = folder / "book.typ"
    told = blocks.document(blocks.walk(book, for_typst), title=TITLE, version=version("ai-training-efficiency"))
    pandoc(told, source, "typst", "--template", str(TEMPLATE), "--syntax-highlighting=none")
    path = out / "book.pdf"
    fonts = [str(ROOT / "analysis" / "kit" / "fonts")]
    try:
        typst.compile(str(source), output=str(path), root="/", font_paths=fonts, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise ProblemError(f"The PDF cannot be set: {error}") from error
    return path


def for_typst(piece: blocks.Piece) -> Any:
    """Say in Typst's own form what pandoc's would lose: a picture's words and width, and places without contents."""
    if piece["t"] in ("Span", "Div") and piece["c"][0][0] and not piece["c"][1]:
        raw = "RawInline" if piece["t"] == "Span" else "RawBlock"
        return {"t": raw, "c": ["typst", f"#metadata(none) <{piece['c'][0][0]}>"]}
    if piece["t"] == "Div" and "figure" in piece["c"][0][1]:
        around = [{"t": "RawBlock", "c": ["typst", mark]} for mark in ("#figure-block[", "]")]
        return [around[0], *piece["c"][1], around[1]]
    if piece["t"] == "Image":
        _, words, (address, _) = piece["c"]
        alt = "".join(" " if word["t"] == "Space" else word.get("c", "") for word in words)
        # on white paper the colour of the page's own is not drawn
        picture = (ROOT / address).read_text(encoding="utf-8").replace(PAPER, "#ffffff")
        told = f'#image(bytes({_typst(picture)}), format: "svg", width: 100%, alt: {_typst(alt)})'
        return {"t": "RawInline", "c": ["typst", told]}
    return piece


def _typst(words: str) -> str:
    """A string of Typst."""
    return json.dumps(words, ensure_ascii=False)


def epub(folder: Path, book: list[blocks.Piece], out: Path) -> Path:
    """Write the book as EPUB 3, with formulas as MathML and pictures as SVG."""
    path = out / "book.epub"
    told = blocks.document(book, title=TITLE, lang="en", creator="the authors of this book", rights="CC BY 4.0")
    cover = ROOT / "book" / "static" / "cover.png"
    pandoc(told, path, "epub3", "--mathml", "--toc", "--split-level=1", "--epub-cover-image", str(cover))
    return path


def pandoc(document: dict[str, Any], out: Path, writer: str, *options: str) -> None:
    """Write a document with one of pandoc's writers; pictures are looked for from the repository.

    Raises
    ------
    ProblemError
        With what pandoc says.
    """
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "-f", "json", "-t", writer, "-s", "-o", str(out), *options]
    done = subprocess.run(command, input=json.dumps(document), capture_output=True, encoding="utf-8", cwd=ROOT)
    if done.returncode:
        raise ProblemError(f"Pandoc cannot write {out.name}: {done.stderr.strip()}")
    if done.stderr:
        print(done.stderr, file=sys.stderr)


def offline(out: Path) -> Path:
    """Pack the site, which works when it is opened as files, with a page that opens its first page.

    Raises
    ------
    ProblemError
        If there is no site.
    """
    site = ROOT / build.SITE
    if not (site / "index.html").exists():
        raise ProblemError("There is no site to pack; type 'make book' first.")
    files = [path for path in site.rglob("*") if path.is_file() and path.name != ".buildinfo"]
    named = {path.relative_to(site).as_posix(): path for path in files if "_sources" not in path.parts}
    return packed(out / "book-offline.zip", {f"ai-training-efficiency/{name}": path for name, path in named.items()})


def packed(path: Path, files: dict[str, Path]) -> Path:
    """Pack files under their names; the same bytes give the same archive, whenever they are packed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(files.items()):
            told = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(told, file.read_bytes())
    return path


#: What can be made, by the word on the command line.
MAKERS: dict[str, Callable[[Path, list[blocks.Piece], Path], Path]] = {"pdf": pdf, "epub": epub}


def write(kinds: list[str]) -> list[Path]:
    """Make files of the book; those of earlier calls stay until they are made anew.

    Parameters
    ----------
    kinds : list of str
        Of ``pdf``, ``epub`` and ``offline``.
    """
    out = ROOT / OUT
    out.mkdir(parents=True, exist_ok=True)
    made = [offline(out)] if "offline" in kinds else []
    makers = [MAKERS[kind] for kind in kinds if kind in MAKERS]
    if makers:
        folder = Path(tempfile.mkdtemp(dir=out, prefix=".pages-"))
        try:
            book = settled(whole(folder, pages(folder)))
            made += [make(folder, book, out) for make in makers]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return made
