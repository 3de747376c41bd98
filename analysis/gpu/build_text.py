"""Build text.bz2, the text of the laboratory's language models, from pinned packages.

    python -m analysis.gpu.build_text FOLDER_OF_DEBS FOLDER_OF_WHEELS text.bz2

`get_text.sh` beside this file downloads the packages. Standard library only, and dpkg-deb.

Eight domains to train on and three others to test on. A document is one file; a *group* (the folder of a program's
file, the file itself in the standard library and for documentation) is on one side only: held out if the first byte
of the SHA-256 of its name is below 13 (5 %). Documents are taken in the order of the hash of their group until the
domain is full, then laid down in the order of their paths, each followed by one zero byte.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import html.parser
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

MIB = 2**20
TRAIN_CAP, HELD_OUT_CAP, FOREIGN_CAP = 24 * MIB, MIB // 2, MIB
LARGEST, SMALLEST, LONGEST_LINE = 400_000, 200, 160
HELD_OUT = 13

#: domain -> (package, licence, suffixes, part of the path that must occur)
DOMAINS = {
    "go": [("golang-1.19-src", "BSD-3-Clause", (".go",), "")],
    "rust": [("rust-src", "MIT or Apache-2.0", (".rs",), "")],
    "cpp": [
        ("libboost1.74-dev", "BSL-1.0", (".hpp", ".h", ".ipp"), ""),
        ("libeigen3-dev", "MPL-2.0", ("", ".h"), "/Eigen/"),
    ],
    "erlang": [("erlang-src", "Apache-2.0", (".erl", ".hrl"), "")],
    "python_std": [
        ("libpython3.11-stdlib", "PSF-2.0", (".py",), ""),
        ("libpython3.11-testsuite", "PSF-2.0", (".py",), ""),
    ],
    "python_science": [
        ("sympy", "BSD-3-Clause", (".py",), ""),
        ("scipy", "BSD-3-Clause", (".py",), "scipy/"),
        ("scikit_learn", "BSD-3-Clause", (".py",), "sklearn/"),
        ("networkx", "BSD-3-Clause", (".py",), ""),
        ("statsmodels", "BSD-3-Clause", (".py",), ""),
        ("matplotlib", "PSF-based", (".py",), ""),
        ("pandas", "BSD-3-Clause", (".py",), "pandas/"),
    ],
    "python_systems": [
        ("django", "BSD-3-Clause", (".py",), ""),
        ("sqlalchemy", "MIT", (".py",), ""),
        ("twisted", "MIT", (".py",), ""),
        ("jax", "Apache-2.0", (".py",), ""),
        ("keras", "Apache-2.0", (".py",), ""),
        ("transformers", "Apache-2.0", (".py",), ""),
    ],
    "documentation": [
        ("python3.11-doc", "PSF-2.0", (".txt",), "/_sources/"),
        ("postgresql-doc-15", "PostgreSQL", (".html",), ""),
        ("sqlite3-doc", "public domain", (".html",), ""),
        ("perl-doc", "Artistic or GPL-1+", (".pod",), ""),
    ],
    # never trained on
    "jargon": [("dict-jargon", "public domain", (".dz",), "")],
    "wordnet": [("dict-wn", "WordNet", (".dz",), "")],
    "ruby": [("libruby3.1", "Ruby or BSD-2-Clause", (".rb",), "")],
}
FOREIGN = ("jargon", "wordnet", "ruby")
BY_FILE = ("python_std", "documentation", *FOREIGN)


class Plain(html.parser.HTMLParser):
    """The text of a page, without navigation, styles and scripts."""

    SKIPPED = ("script", "style", "head", "nav")

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.parts = 0, []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag in self.SKIPPED

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in self.SKIPPED and self.depth > 0
        if tag in ("p", "div", "li", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "br", "pre"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.parts.append(data)


def plain(page: str) -> str:
    parser = Plain()
    parser.feed(page)
    lines = [line.rstrip() for line in "".join(parser.parts).split("\n")]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept).strip() + "\n"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def find(folders: tuple[Path, ...], package: str) -> Path:
    found = [p for f in folders for p in sorted(f.iterdir()) if p.name.startswith((f"{package}_", f"{package}-"))]
    if len(found) != 1:
        raise SystemExit(
            f"{package}: {len(found)} archives of it instead of one; run get_text.sh into an empty folder."
        )
    return found[0]


def files(archive: Path) -> dict[str, bytes]:
    """Every regular file of a wheel or a Debian package by its path."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            return {n: z.read(n) for n in z.namelist() if not n.endswith("/") and not n.endswith(".so")}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        paths = [p for p in Path(folder).rglob("*") if p.is_file() and not p.is_symlink()]
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths if p.stat().st_size < 80 * MIB}


def documents(debs: Path, wheels: Path, domain: str, sources: list) -> None:
    seen = set()
    for package, licence, suffixes, part in DOMAINS[domain]:
        archive = find((debs, wheels), package)
        taken = 0
        for path, data in sorted(files(archive).items()):
            suffix = Path(path).suffix
            if suffix not in suffixes or part not in path:
                continue
            if suffix == ".dz":
                data = gzip.decompress(data)
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if suffix == ".html":
                text = plain(text)
            text = text.replace("\r\n", "\n").replace("\0", "")
            chunks = [text[i : i + 100000] for i in range(0, len(text), 100000)] if suffix == ".dz" else [text]
            for number, chunk in enumerate(chunks):
                data = chunk.encode()
                lines = data.count(b"\n") + 1
                long = domain not in ("documentation", *FOREIGN) and len(data) / lines > LONGEST_LINE
                key = hashlib.sha256(data).digest()
                if not SMALLEST <= len(data) <= LARGEST or long or key in seen:
                    continue
                seen.add(key)
                name = f"{package}/{path}" + (f"#{number}" if len(chunks) > 1 else "")
                taken += len(data)
                yield name, data
        sources.append(
            {
                "domain": domain,
                "package": archive.name,
                "licence": licence,
                "sha256": sha(archive.read_bytes()),
                "usable_bytes": taken,
            }
        )


def main(debs: Path, wheels: Path, target: Path) -> None:
    sources, segments, body, offset = [], [], [], 0
    for domain in DOMAINS:
        sides = {"train": [], "test": []}
        for name, data in documents(debs, wheels, domain, sources):
            group = name if domain in BY_FILE else name.rsplit("/", 1)[0]
            digest = hashlib.sha256(group.encode()).digest()
            side = "test" if domain in FOREIGN or digest[0] < HELD_OUT else "train"
            sides[side].append((digest, name, data))
        for side, docs in sides.items():
            cap = TRAIN_CAP if side == "train" else FOREIGN_CAP if domain in FOREIGN else HELD_OUT_CAP
            kept, size = [], 0
            for _, name, data in sorted(docs):
                if size + len(data) + 1 <= cap:
                    kept.append((name, data))
                    size += len(data) + 1
            if not kept:
                continue
            blob = b"".join(data + b"\0" for _, data in sorted(kept))
            segments.append(
                {
                    "domain": domain,
                    "split": side,
                    "offset": offset,
                    "bytes": len(blob),
                    "documents": len(kept),
                    "available": sum(len(d) + 1 for *_, d in docs),
                    "sha256": sha(blob),
                }
            )
            print(segments[-1], flush=True)
            body.append(blob)
            offset += len(blob)
    text = b"".join(body)
    header = {"segments": segments, "sources": sources, "bytes": len(text), "sha256": sha(text)}
    head = json.dumps(header, indent=1).encode()
    start = time.time()
    packed = bz2.compress(len(head).to_bytes(8, "little") + head + text)
    target.write_bytes(packed)
    target.with_suffix(".json").write_bytes(head + b"\n")
    print(
        f"{len(text) / 1e6:.1f} MB of text, {len(packed) / MIB:.1f} MiB packed in {time.time() - start:.0f} s, "
        f"sha256 {sha(packed)}"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit("Usage: python -m analysis.gpu.build_text FOLDER_OF_DEBS FOLDER_OF_WHEELS text.bz2")
    main(*map(Path, sys.argv[1:4]))
