"""What a process read is found without a list, and a change of any of it is noticed."""

from __future__ import annotations

import json
import subprocess
import sys

from analysis.kit import trace

PROGRAM = """
import json, sys
sys.path.insert(0, {root!r})
from analysis.kit import trace
trace.start()
import toy.model
from pathlib import Path
print(json.dumps(trace.inputs(Path({root!r}))))
"""


def traced(tmp_path):
    """What a process reads that imports a model, which imports another and reads a table.

    It writes a file as well, and reads what was kept and built.
    """
    files = {
        "toy/__init__.py": "",
        "toy/model.py": "from toy import base\nx = open(base.TABLE).read()\nopen(base.OUT, 'w').write('made')\n"
        "open(base.KEPT).read(), open(base.BUILT).read()\n",
        "toy/base.py": f"TABLE = {str(tmp_path / 'data.csv')!r}\nOUT = {str(tmp_path / 'out.txt')!r}\n"
        f"KEPT, BUILT = {str(tmp_path / '.cache/kept')!r}, {str(tmp_path / '_build/page')!r}\n",
        "toy/other.py": "y = 1\n",
        "data.csv": "a\n1\n",
        "unread.csv": "a\n2\n",
        ".cache/kept": "x",
        "_build/page": "x",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    program = PROGRAM.format(root=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_modules_that_were_imported_and_files_that_were_opened_are_inputs(tmp_path):
    assert set(traced(tmp_path)) == {"toy/__init__.py", "toy/model.py", "toy/base.py", "data.csv"}


def test_a_change_of_an_input_is_noticed_and_of_another_file_is_not(tmp_path):
    known = traced(tmp_path)
    assert trace.unchanged(known, tmp_path)
    (tmp_path / "unread.csv").write_text("a\n3\n", encoding="utf-8")
    assert trace.unchanged(known, tmp_path)
    (tmp_path / "data.csv").write_text("a\n2\n", encoding="utf-8")
    assert not trace.unchanged(known, tmp_path)


def test_an_input_that_is_gone_is_noticed(tmp_path):
    known = traced(tmp_path)
    (tmp_path / "toy" / "base.py").unlink()
    assert not trace.unchanged(known, tmp_path)
