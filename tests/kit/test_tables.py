"""A table is read the same in every dialect, or refused in one sentence; nothing else comes out, whatever the bytes."""

from __future__ import annotations

import io
import json
import os
import random
import threading
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.kit import tables
from analysis.kit.cells import read_numbers
from analysis.kit.errors import ProblemError
from analysis.kit.tables import read_table, sentences, shown

ROWS = [["1e6", "2e9", "3.5"], ["2e6", "2e9", "3.25"], ["5e6", "7e9", "2.75"]]
NAMES = ["N", "D", "loss"]


def read(path):
    """Columns as numbers, and notes."""
    table = read_table(path, "a header such as N,D,loss")
    wanted = NAMES if "loss" in table.header else table.header
    cells, lines = table.columns([table.header.index(name) for name in wanted])
    numbers = read_numbers(table, dict(zip(wanted, cells, strict=True)), lines, {name: {} for name in wanted})
    return [numbers.columns[name].tolist() for name in wanted], [*table.notes, *numbers.notes]


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "table.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def joined(separator, header=NAMES, rows=ROWS, end="\n"):
    return end.join(separator.join(row) for row in [header, *rows]) + end


EXPECTED = [[1e6, 2e6, 5e6], [2e9, 2e9, 7e9], [3.5, 3.25, 2.75]]
RECORDS = [dict(zip(NAMES, map(float, row), strict=True)) for row in ROWS]
SAME = {
    "commas": joined(","),
    "semicolons": joined(";"),
    "tabs": joined("\t"),
    "bars": joined("|"),
    "one space": joined(" "),
    "spaces round commas": joined(" , "),
    "windows": joined(",", end="\r\n"),
    "old mac": joined(",", end="\r"),
    "no line end": joined(",").rstrip(),
    "decimal commas": joined(";").replace(".", ","),
    "blank lines": "\n\n" + joined(",").replace("\n", "\n \n"),
    "comments": "# made by hand\n% twice\n" + joined(","),
    "a comment below": joined(",") + "# 1,2,3\n",
    "empty rows": joined(",") + ",,\n , ,\n",
    "a title": "Our sweep of May\n\n" + joined(","),
    "excel's hint": "sep=;\n" + joined(";"),
    "separators at the end": joined(",", [*NAMES, ""], [[*row, ""] for row in ROWS]),
    "separators at the end of rows": joined(";", NAMES, [[*row, ""] for row in ROWS]),
    "an unnamed index": joined(",", ["", *NAMES], [[str(i), *row] for i, row in enumerate(ROWS)]),
    "an index without a header": joined("\t", NAMES, [[str(i), *row] for i, row in enumerate(ROWS)]),
    "names of rows": joined(",", NAMES, [[f"run {i}", *row] for i, row in enumerate(ROWS)]),
    "quoted": joined(",", [f'"{n}"' for n in NAMES], [[f'"{c}"' for c in row] for row in ROWS]),
    "quoted with spaces": joined(" , ", [f'"{n}"' for n in NAMES], [[f'"{c}"' for c in row] for row in ROWS]),
    "a quoted separator": joined(",", ["note", *NAMES], [['"a, b\nc"', *row] for row in ROWS]),
    "thousands": joined(",").replace("1e6", '"1,000,000"').replace("2e9", '"2,000,000,000"'),
    "spaced thousands": joined(",").replace("1e6", "1 000 000").replace("2e9", "2\u202f000\u00a0000 000"),
    "swiss thousands": joined(",").replace("1e6", "1'000'000").replace("2e9", "2’000’000’000"),
    "german": "N;D;loss\n1.000.000;2.000.000.000;3,5\n2.000.000;2e9;3,25\n5.000.000;7.000.000.000;2,75\n",
    "powers of ten": joined(",").replace("1e6", "10^6").replace("2e9", "2×10^9").replace("7e9", "7 x 10**9"),
    "markdown": "| N | D | loss |\n|---|--:|:--|\n" + "".join(f"| {' | '.join(row)} |\n" for row in ROWS),
    "bold markdown": "| N | D | loss |\n|---|---|---|\n"
    + "".join(f"| {' | '.join(row)}|\n" for row in ROWS).replace("2.75", "**2.75**"),
    "aligned": "".join(f"{a:>12}{b:>12}{c:>8}\n" for a, b, c in [NAMES, *ROWS]),
    "numpy's savetxt": "# N D loss\n" + "\n".join(" ".join(row) for row in ROWS),
    "pandas' print": pd.DataFrame(RECORDS).to_string(),
    "pandas' csv": pd.DataFrame(RECORDS).to_csv(),
    "pandas' markdown-like psql": "  N |  D | loss\n----+----+-----\n"
    + "".join(f" {' | '.join(row)}\n" for row in ROWS),
    "the header twice": joined(",") + "N,D,loss\n",
    "objects": json.dumps(RECORDS),
    "indented objects": json.dumps(RECORDS, indent=2),
    "json lines": "\n".join(map(json.dumps, RECORDS)),
    "columns": json.dumps({name: [r[name] for r in RECORDS] for name in NAMES}),
    "data": json.dumps({"data": RECORDS}),
    "runs": json.dumps({"version": 3, "runs": RECORDS}),
    "wandb's table": json.dumps({"columns": NAMES, "data": [list(r.values()) for r in RECORDS]}),
    "lists": json.dumps([NAMES, *[list(r.values()) for r in RECORDS]]),
    "pandas' json": pd.DataFrame(RECORDS).to_json(),
    "pandas' index": pd.DataFrame(RECORDS, index=["a", "b", "c"]).to_json(orient="index"),
    "pandas' table": pd.DataFrame(RECORDS).to_json(orient="table"),
    "pandas' split": pd.DataFrame(RECORDS).to_json(orient="split"),
    "tabs at the end of some rows": joined("\t", NAMES, [[*row, *place * [""]] for place, row in enumerate(ROWS)]),
    "names of rows with spaces": "Name     N     D     loss\n"
    + "".join(f"run {place}    {'    '.join(row)}\n" for place, row in enumerate(ROWS)),
    "comments as in C": "// by hand, in May\n" + joined(",") + "// the end\n",
    "old program's end": joined(",") + "\x1a",
    "a letter without width": "\ufeff\u200b" + joined(","),
    "words below": joined(",") + "Source: our own runs\n(3 rows)\n",
    "a sum below": joined(",", ["run", *NAMES], [[f"r{i}", *row] for i, row in enumerate(ROWS)])
    + "mean,2.7e6,3e9,3.1\nstd,1,1,1\n",
    "words with commas in aligned text": "When             N     D     loss\n"
    + "".join(f"May {place}, 2018    {'    '.join(row)}\n" for place, row in enumerate(ROWS, 1)),
    "words round Markdown": "# Results\n\nOur runs:\n\n| `N` | `D` | loss |\n|:-:|-|-|\n"
    + "".join(f"| {' | '.join(row)} |\n" for row in ROWS)
    + "\nMore in the paper.\n",
    "Markdown with an empty column": "||N|D|loss|\n|---|---|---|---|\n"
    + "".join(f"|a|{'|'.join(row)}|\n" for row in ROWS),
    "links in Markdown": "| N | D | loss |\n|---|---|---|\n"
    + "".join(f"| {n} | {d} | [{loss}](https://example.org) |\n" for n, d, loss in ROWS),
    "a fence of Markdown": f"```csv\n{joined(',')}```\n",
    "R's tibble": "# A tibble: 3 x 3\n      N     D  loss\n  <dbl> <dbl> <dbl>\n"
    + "".join(f"{i} {' '.join(row)}\n" for i, row in enumerate(ROWS, 1)),
    "psql": "  N  |  D  | loss\n-----+-----+-----\n" + "".join(f" {' | '.join(row)}\n" for row in ROWS) + "(3 rows)\n",
    "a box": "┌───┬───┬───┐\n│ N │ D │ loss │\n╞═══╪═══╪═══╡\n"
    + "".join(f"│ {' ┆ '.join(row)} │\n" for row in ROWS)
    + "└───┴───┴───┘\n",
    "polars' print": "shape: (3, 3)\n┌───┬───┬───┐\n│ N ┆ D ┆ loss │\n"
    "│ --- ┆ --- ┆ --- │\n│ f64 ┆ f64 ┆ f64 │\n╞═══╪═══╡\n" + "".join(f"│ {' ┆ '.join(row)} │\n" for row in ROWS),
    "pandas' LaTeX": "\\begin{tabular}{lrr}\n\\toprule\nN & D & loss \\\\\n\\midrule\n"
    + "".join(f"{' & '.join(row)} \\\\\n" for row in ROWS)
    + "\\bottomrule\n\\end{tabular}\n",
    "LaTeX by hand": "$N$ & $D$ & \\textbf{loss} \\\\[2pt] \\hline\n"
    + "".join(
        f"${n[0]}\\times 10^{{6}}$ & ${d[0]} \\cdot 10^{{9}}$ & \\underline{{{loss}}} \\\\\n" for n, d, loss in ROWS
    ),
    "backslashes that are no LaTeX": joined(
        ",", ["path", *NAMES], [[f"C:\\\\R&D{i}", *row] for i, row in enumerate(ROWS)]
    ),
    "pandas' named columns": json.dumps({"rows": RECORDS}),
    "json lines of lists": "\n".join(map(json.dumps, [NAMES, *(list(r.values()) for r in RECORDS)])),
    "json lines with commas": ",\n".join(map(json.dumps, RECORDS)),
    "objects one after another": "\n".join(json.dumps(record, indent=2) for record in RECORDS),
    "a key below a key": json.dumps({"sweep": {"by": "hand", "runs": RECORDS}}),
    "vega": json.dumps({"data": {"values": RECORDS}, "mark": "point"}),
    "a key above columns": json.dumps({"runs": {name: [r[name] for r in RECORDS] for name in NAMES}}),
    "a key above named runs": json.dumps(
        {"about": {"by": "hand"}, "runs": {f"r{i}": r for i, r in enumerate(RECORDS)}}
    ),
    "columns and words": json.dumps({name: [r[name] for r in RECORDS] for name in NAMES} | {"by": "hand"}),
    "names and rows": json.dumps({"header": NAMES, "rows": [list(r.values()) for r in RECORDS]}),
    "strings": json.dumps([{name: str(value) for name, value in r.items()} for r in RECORDS]),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_one_table_is_the_same_in_every_dialect(tmp_path, text):
    assert read(written(tmp_path, text))[0] == EXPECTED


@pytest.mark.parametrize("write", [json.dumps, repr], ids=["json", "python"])
def test_the_table_that_people_make_of_wandbs_runs_is_unfolded(tmp_path, write):
    """Its documentation writes summary, config and name as columns, each cell of the first two a dictionary."""
    runs = [({"loss": r["loss"], "_step": 9}, {"N": {"value": r["N"]}, "D": r["D"]}) for r in RECORDS]
    runs[1][0]["grad"] = float("nan")
    table = pd.DataFrame({"summary": [write(s) for s, _ in runs], "config": [write(c) for _, c in runs], "name": "a"})
    found = read_table(written(tmp_path, table.to_csv()), "")
    assert found.header == ["", "summary/loss", "summary/_step", "config/N", "config/D", "name", "summary/grad"]
    cells, _ = found.columns([3, 4, 1])
    assert [list(map(float, column)) for column in cells] == EXPECTED


@pytest.mark.parametrize(
    ("second", "header"),
    [
        ("M,B,nats", ["N (M)", "D (B)", "loss (nats)"]),
        ("(M),[B],", ["N (M)", "D [B]", "loss"]),
        ("f64,f64,f64", NAMES),
    ],
)
def test_a_second_line_of_units_goes_on_with_the_header(tmp_path, second, header):
    table = read_table(written(tmp_path, joined(",").replace("loss\n", f"loss\n{second}\n")), "")
    assert table.header == header and table.notes == ["its header has two lines"]
    assert table.columns([0])[0] == [["1e6", "2e6", "5e6"]]


def test_a_second_line_of_names_goes_below_the_first(tmp_path):
    frame = pd.DataFrame([r.values() for r in RECORDS], columns=pd.MultiIndex.from_product([["runs"], NAMES]))
    assert read_table(written(tmp_path, frame.to_csv()), "").header == ["", "runs/N", "runs/D", "runs/loss"]


def test_a_first_row_that_holds_nothing_is_no_second_header(tmp_path):
    table = read_table(written(tmp_path, joined(",", rows=[["n/a", "-", "nan"], *ROWS])), "")
    assert table.header == NAMES and table.notes == []


def test_rows_and_columns_can_be_exchanged(tmp_path):
    frame = pd.DataFrame(RECORDS, index=["a", "b", "c"])
    for text in (frame.T.to_csv(), frame.T.to_csv(sep="\t"), frame.to_json(), frame.reset_index(drop=True).T.to_csv()):
        turned = read_table(written(tmp_path, text), "").turned()
        assert turned is not None and turned.header[-3:] == NAMES
        cells, _ = turned.columns([len(turned.header) - 3 + place for place in range(3)])
        assert [list(map(float, column)) for column in cells] == EXPECTED
        assert "its rows and columns were exchanged, as the names stand in its first column" in turned.notes


@pytest.mark.parametrize(
    "cell", ["1,000,000", "1e6", "10^6", "10⁶", "1.0×10⁶", "$10^{6}$", r"$1\times10^{6}$", "**1e6**", "np.float64(1e6)",
             "tensor(1000000., device='cuda:0')", '="1000000"', "'1000000"],
)  # fmt: skip
def test_what_stands_round_a_number_is_taken_away(tmp_path, cell):
    assert read(written(tmp_path, f"N\tD\tloss\n{cell}\t2e9\t3.5\n")) == ([[1e6], [2e9], [3.5]], [])


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("3.5 ± 0.2", "the error beside loss is not read"),
        ("3.5+/-0.2", "the error beside loss is not read"),
        (r"$3.5 \pm 0.2$", "the error beside loss is not read"),
        ("3.5(2)", "the error beside loss is not read"),
        ("~3.5", "some of loss is only about"),
    ],
)
def test_what_a_cell_says_of_its_number_is_said(tmp_path, cell, note):
    assert read(written(tmp_path, f"N\tD\tloss\n1e6\t2e9\t{cell}\n")) == ([[1e6], [2e9], [3.5]], [note])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
@pytest.mark.parametrize("text", [SAME["commas"], SAME["objects"], SAME["decimal commas"]])
def test_an_encoding_changes_nothing(tmp_path, text, encoding):
    assert read(written(tmp_path, text, encoding))[0] == EXPECTED


def test_letters_beyond_ascii_are_read_and_their_encoding_is_said(tmp_path):
    text = joined(",", ["modèle", *NAMES], [["é", *row] for row in ROWS])
    assert read(written(tmp_path, text))[1] == []
    columns, notes = read(written(tmp_path, text, "cp1252"))
    assert columns == EXPECTED
    assert notes == ["its letters beyond ASCII were read as Windows-1252 (Latin-1), as they are no UTF-8"]


def test_nested_objects_are_columns_with_a_slash(tmp_path):
    path = written(tmp_path, '[{"config": {"N": 5, "deep": {"D": 6}}, "loss": null}]')
    assert read_table(path, "").header == ["config/N", "config/deep/D", "loss"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (SAME["a title"], "its first line is taken for a title: 'Our sweep of May'"),
        (SAME["an index without a header"], "its first column has no name and is not read"),
        (SAME["a comment below"], "1 line that begins with #, % or // left out as a comment (line 5)"),
        (SAME["commas"] + "#1,1,1\n%\n", "2 lines that begin with #, % or // left out as a comment (line 5)"),
        (SAME["words below"], "line 5 ('Source: our own runs') and 1 more left out, as words without cells"),
        (SAME["a sum below"], "line 5 ('mean') and 1 more left out, as it sums up others"),
        (SAME["pandas' LaTeX"], "it was read as LaTeX"),
        (SAME["a key below a key"], "its rows are those of 'sweep'"),
        (SAME["markdown"], "its columns are separated by bars"),
        (SAME["numpy's savetxt"], "its header is the last comment before the numbers"),
        (SAME["the header twice"], "the header comes once more; left out"),
        (SAME["decimal commas"], "its commas are decimal commas"),
        (SAME["german"], "its commas are decimal commas"),
        (SAME["runs"], "its rows are those of 'runs'"),
    ],
)
def test_what_is_not_plain_is_said(tmp_path, text, note):
    assert note in read(written(tmp_path, text))[1]


@pytest.mark.parametrize("name", ["commas", "semicolons", "tabs", "blank lines", "comments", "quoted", "objects"])
def test_what_is_plain_is_not_spoken_of(tmp_path, name):
    assert read(written(tmp_path, SAME[name]))[1] == []


REFUSED = {
    "nothing": (b"", "is empty; it needs a header such as N,D,loss"),
    "space": (b" \n\t\n", "is empty"),
    "a mark alone": (b"\xef\xbb\xbf\n", "is empty"),
    "comments alone": (b"# one\n% two\n", "has only comments; it needs a header such as N,D,loss"),
    "no header": (b"1,2,3\n4,5,6\n", "has no header, as its first line holds numbers; add a header such as"),
    "no header, decimal commas": (b"1;2,3\n4;6\n", "has no header, as its first line holds numbers"),
    "too many cells": (b"N,D,loss\n1,2,3\n1,2,3,4\n", "line 3 has 4 cells, where the header has 3; correct it"),
    "thousands that split": (b"N,D,loss\n1,000,000,2,3\n", "line 2 has 5 cells, .* quotation marks round cells"),
    "decimal commas that split": (b"N,D,loss\n1,2,3,5\n2,3,3,4\n3,4,3,3\n", "line 1 has 3 names, .* have 4 cells"),
    "too few": (b"N,D,loss\n1,2,3\n1,2\n", "line 3: loss is missing, as the line ends early"),
    "a title of two cells": (b"Ours, May\nN,D,loss\n1,2,3\n4,5,6\n", "if it is a title, remove it"),
    "two separators": (b"N,D;loss,x\n1,2;3,4\n", "may be separated by commas or semicolons"),
    "an open quotation mark": (b'N,D,loss\n"1,2,3\n4,5,6\n', "a quotation mark is not closed"),
    "text behind one": (b'N,D,loss\n"1"x,2,3\n', "line 2: a quotation mark is not closed, or something follows it"),
    "thousands or decimals": (b"N;D;loss\n1,000;2,500;3\n", "line 2: N is '1,000', which could be 1000 or 1.000"),
    "quoted thousands or decimals": (b'N,D,loss\n"1,000",2e9,3\n', "could be 1000 or 1.000; write it without a comma"),
    "points or thousands": (b"N;D;loss\n1.000;2e9;3,5\n", "could be 1000 or 1.000; write it without a point"),
    "both decimal marks": (b"N;D;loss\n1;2;3.5\n1;2;3,5\n", "decimals both with a comma and with a point"),
    "half a group": (b"N;D;loss\n1,00,000;2;3\n", "N is '1,00,000', which is not a number; correct it"),
    "aligned with a hole": (b"N D loss\n1 2 3\n1 2\n1 3\n", "line 3: loss is missing, as the line ends early"),
    "a list in a cell": (b'[{"N": [1], "D": 2, "loss": 3}]', "row 1: N is 'a list', which is not a number"),
    "the first of many": (b"N,D,loss\n1,2,3\n1,2,x\n1,2,y\n1,2,x\n", "line 3: loss is 'x'"),
    "a word": (b"N,D,loss\n1,2,low\n", "line 2: loss is 'low', which is not a number; correct it"),
    "a long word": (b"N,D,loss\n1,2," + b"x" * 1000, r"loss is 'x+\.\.\.', which is not a number"),
    "a long number": (b"N,D,loss\n1,2," + b"7" * 1000 + b"m", r"loss is '7+\.\.\.', which is not a number"),
    "a huge cell": (b"N,D,loss\n1,2," + b"x" * 200_000, r"a cell is longer than 131,072|loss is 'x+\.\.\.'"),
    "an endless number": (b'[{"N": ' + b"7" * 5000 + b"}]", "holds a number with too many digits"),
    "deep lists": (b"[" * 100_000, "is JSON nested too deeply"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "is JSON nested too deeply"),
    "half a list": (b'[{"N": 1}, {"N"', r"is not JSON \(.*, line 1\); correct it"),
    "half a line": (b'{"N": 1}\n{"N": 2}\n{"N"', "line 3 is not JSON; correct or remove it"),
    "a list of numbers": (b"[1, 2, 3]", "is JSON, but no table; give a list of objects"),
    "an empty list": (b"[]", "is empty"),
    "empty objects": (b"[{}, {}]", "is empty"),
    "a name twice": (b'[{"N": 1, "N": 2}]', "gives 'N' twice in one object; keep one"),
    "lists that differ": (b'{"N": [1, 2], "D": [1]}', r"The lists of .* differ in length \('N' 2, 'D' 1\)"),
    "marks alone": (b'"\n|', "holds no table|quotation mark"),
    "several tables": (b'{"a": [{"N": 1}], "b": [{"N": 2}]}', r"holds several tables \('a', 'b'\); keep one"),
    "rows that differ": (b'[["N", "D"], [1]]', "need one value a name"),
    "zeros": (b"\x00" * 100, "is not a text file"),
    "control characters": (b"N,D\x01,loss\n", "is not a text file"),
    "a zero among letters": (b"N,D,loss\n1,2\x00,3\n" * 9, "is not a text file"),
    "lists without names": (b"[[1, 2, 3], [4, 5, 6]]", "have no names; put a list of the columns' names before them"),
    "an object that is none": (b"a;b\n{'N': 1};2\n{N};3\n", "line 3: 'a' begins as an object but is none"),
    "rich text": (b"{\\rtf1 N,D,loss}", "is a rich text document; save its table as CSV"),
    "an archive": (b"Rar!\x1a\x07", "is compressed; unpack it with unrar"),
    "XML": (b"<?xml version='1.0'?><runs/>", "is XML; save its table as CSV"),
    "half of UTF-16": (b"\xff\xfeN\x00,", "is not a text file"),
    "no Latin-1 either": (b"N,\x81\x8d,loss\n", "is not a text file"),
    "a workbook": (b"PK\x03\x04rest", "is a spreadsheet or zip archive; save its sheet as CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "is an Excel workbook; save its sheet as CSV"),
    "parquet": (b"PAR1rest", r"is a Parquet file; write it as CSV with pandas.read_parquet\(...\).to_csv"),
    "gzip": (b"\x1f\x8brest", "is compressed; unpack it with gunzip"),
    "a pickle": (b"\x80\x04rest", "is a Python pickle"),
    "a web page": (b"<!DOCTYPE html>\n<html>", r"is a web page; save the table itself \(on GitHub: Raw\)"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "a million columns": (b"c" + 999_999 * b",c" + b"\n1,2,3\n", r"line 1 has 2,000,000 characters; keep the columns"),
    "a broken name": (b'N,D,"lo\nss"\n1,2,3\n1,2\n', "line 4: lo ss is missing"),
    "many columns": (b"c" + 19_999 * b",c" + b"\n", "has 20,000 columns; keep those that are needed"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_table_that_is_none_or_could_be_two_is_refused_in_a_sentence(tmp_path, content, sentence):
    path = written(tmp_path, content)
    with pytest.raises(ProblemError, match=sentence) as refusal:
        read(path)
    one_sentence(refusal.value, path)


def one_sentence(error, path):
    text = str(error)
    assert str(path) in text and "\n" not in text and text.endswith(".") and len(text) < 1000


def test_a_real_archive_is_refused(tmp_path):
    path = tmp_path / "runs.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(ProblemError, match="save its sheet as CSV"):
        read_table(path, "")


def test_what_cannot_be_opened_is_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / ("x" * 5000), tmp_path / "a\x00b"):
        with pytest.raises(ProblemError, match=r"cannot be read \(.*\); check its name"):
            read_table(path, "")


def test_an_address_is_no_file():
    for address in ("https://example.org/runs.csv", "s3://bucket/runs.csv"):
        with pytest.raises(ProblemError, match="is an address; save what is there as a file and name that"):
            read_table(Path(address), "")


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may read anything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = written(tmp_path, SAME["commas"])
    path.chmod(0)
    with pytest.raises(ProblemError, match="cannot be read"):
        read_table(path, "")


def test_a_pipe_is_read_once(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(SAME["commas"]))
    writer.start()
    assert read(path)[0] == EXPECTED
    writer.join()


def test_a_minus_stands_for_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SAME["decimal commas"].encode())))
    assert read("-")[0] == EXPECTED


def test_a_file_that_is_too_large_is_refused_before_it_is_read_on(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST", 10)
    with pytest.raises(ProblemError, match="larger than 0 MB; keep the columns and rows that are needed"):
        read_table(written(tmp_path, SAME["commas"]), "")


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = written(tmp_path, '# one\n\nnote,N,D,loss\n"a\nb",1,2,3\n\n# x,y\nc,1,2,low\n')
    with pytest.raises(ProblemError, match="line 8: loss is 'low'"):
        read(path)


def test_a_cell_over_many_lines_does_not_hide_the_table(tmp_path):
    rows = [[f'"{"x" * 9}{250 * chr(10)}"', *row] for row in ROWS]
    assert read(written(tmp_path, joined(",", ["note", *NAMES], rows)))[0] == EXPECTED
    many = [['"a\nb"', *row] for row in ROWS * 100]
    assert read(written(tmp_path, joined(",", ["note", *NAMES], many)))[0] == [100 * column for column in EXPECTED]


LONG = [
    "x" * 100_000,
    "x" + " " * 100_000 + "x",
    "(" * 100_000,
    "-" * 100_000 + "x",
    "[" * 100_000 + "](",
    "a b " * 25_000,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
@pytest.mark.parametrize("name", ["commas", "bars", "aligned", "markdown"])
def test_a_long_cell_or_line_is_judged_in_seconds(tmp_path, text, name):
    """Nothing looks at each letter from each letter."""
    started = time.process_time()
    survives(written(tmp_path, SAME[name] + text + "\n"))
    survives(written(tmp_path, text + "\n" + SAME[name]))
    assert time.process_time() - started < 3


def test_names_are_shown_short():
    assert shown(["x" * 50]) == repr("x" * 37 + "...")
    assert shown(map(str, range(20))).endswith("'11' and 8 more")
    assert sentences(["one thing", "'x' is"]) == ("One thing.", "'x' is.")


# --- anything at all --------------------------------------------------------------------------------------------

QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS_AND_MARKS = "N D loss 1 2.5 1,000 1e9 7b n/a \" , ; | # % { } [ ] : null - ' = 1.000 $ 1e400 é \ufeff"
PIECES = st.sampled_from([*WORDS_AND_MARKS.split(), "\t", " ", "  ", "\n", "\r\n", "\u00a0", '"N"'])


def survives(path):
    """Read, or refused in a sentence."""
    try:
        table = read_table(path, "a header")
        cells, lines = table.columns(range(len(table.header)))
        named = {f"column {place}": column for place, column in enumerate(cells)}
        found = read_numbers(table, named, lines, {"column 0": {"b": 9}})
        assert all(len(column) == len(lines) for column in found.columns.values())
    except ProblemError as error:
        one_sentence(error, path)


@QUICK
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(tmp_path, text):
    survives(written(tmp_path, text))


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path, data):
    survives(written(tmp_path, data))


@QUICK
@given(st.sampled_from(sorted(SAME)), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.floats(0, 1))
def test_a_file_that_was_cut_is_read_or_refused(tmp_path, name, encoding, share):
    data = SAME[name].encode(encoding)
    survives(written(tmp_path, data[: int(share * len(data))]))


VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5)


def containers(inner):
    return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)


@QUICK
@given(st.recursive(VALUES, containers, max_leaves=12))
def test_any_json_is_read_or_refused(tmp_path, value):
    survives(written(tmp_path, json.dumps(value)))


NUMBER = st.one_of(
    st.integers(1, 10**13),
    st.floats(1e-3, 1e13, allow_nan=False).map(lambda x: float(f"{x:.6g}")),
)


@QUICK
@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_a_random_table_in_a_random_dialect_is_read_back_exactly(tmp_path, rows, chance):
    path = written(tmp_path, *dressed(rows, chance))
    found, _ = read(path)
    assert found == [[float(row[place]) for row in rows] for place in range(3)], path.read_bytes()


def dressed(rows, chance: random.Random):
    """A table as text in a dialect, and its encoding."""
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    if chance.random() < 0.25:
        records = [dict(zip(NAMES, row, strict=True)) for row in rows]
        return chance.choice(
            [
                json.dumps(records),
                "\n".join(map(json.dumps, records)),
                json.dumps({"data": records, "by": "hand"}),
                json.dumps({name: [record[name] for record in records] for name in NAMES}),
            ]
        ), encoding
    separator = chance.choice([",", ";", "\t", "|", " ", "   "])
    comma = separator in (";", "\t", "|") and chance.random() < 0.5
    group = chance.choice(["", "_", "'", *(["\u00a0", "\u2009"] if separator not in (" ", "   ") else [])])
    lines = [separator.join(NAMES)]
    for row in rows:
        cells = [cell(value, comma, group, chance) for value in row]
        if separator == "," and chance.random() < 0.3:
            cells = [f'"{one}"' for one in cells]
        if separator not in (" ", "   ", "\t") and chance.random() < 0.3:
            cells = [f" {one} " for one in cells]
        lines.append(separator.join(cells))
        if chance.random() < 0.1:
            lines.append(chance.choice(["", "# left out"]))
    if chance.random() < 0.2:
        lines.insert(0, chance.choice(["# a comment", "", "%"]))
    return chance.choice(["\n", "\r\n"]).join(lines) + chance.choice(["", "\n"]), encoding


def cell(value, comma, group, chance):
    text = repr(value)
    if "e" not in text and group:
        whole, point, rest = text.partition(".")
        text = "".join([f"{int(whole):_}".replace("_", group), point, rest])
    if comma:
        text = text.replace(".", ",")
        if len(text.partition(",")[2]) == 3 and group == "":
            text += "0"  # three decimals could be thousands
    return text
