"""What starts a chapter elsewhere: the branch for Colab and Binder, the dev container, the folder for a browser."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from packaging.utils import canonicalize_name

from analysis.kit.errors import ProblemError
from book.build import ROOT
from book.course import branch, cells, lite, notebooks
from book.extension import course_files, launch

WHEEL = "ai_training_efficiency-0.1.0-py3-none-any.whl"
PINNED = re.compile(r"^([\w.-]+)==\S+", re.MULTILINE)
#: Of the public schema of dev containers (devcontainers/spec, devContainer.base.schema.json), what ours uses.
CONTAINER = {
    "type": "object",
    "required": ["image"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "image": {"type": "string"},
        "postCreateCommand": {"type": ["string", "array", "object"]},
        "forwardPorts": {
            "type": "array",
            "items": {"oneOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, {"type": "string"}]},
        },
        "portsAttributes": {
            "type": "object",
            "patternProperties": {
                r"(^\d+(-\d+)?$)|(.+)": {
                    "type": "object",
                    "properties": {
                        "label": {"type": "string"},
                        "onAutoForward": {
                            "enum": ["notify", "openBrowser", "openBrowserOnce", "openPreview", "silent", "ignore"]
                        },
                    },
                }
            },
        },
        "customizations": {"type": "object"},
    },
}


def names(lock: str) -> set[str]:
    """The packages that a lock pins."""
    return {canonicalize_name(found) for found in PINNED.findall((ROOT / "locks" / lock).read_text(encoding="utf-8"))}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with the names of the files for a class."""
    folder = tmp_path / "course"
    folder.mkdir()
    for docname in cells.docnames():
        for kind in course_files.KINDS:
            (folder / course_files.name(docname, kind)).write_text(kind, encoding="utf-8")
    (folder / WHEEL).write_bytes(b"wheel")
    return folder


# --- the branch for Colab and Binder ---------------------------------------------------------------------------------


def test_whatever_a_button_opens_is_on_the_branch_and_no_solution_is(course: Path, tmp_path: Path) -> None:
    written = {str(path.relative_to(tmp_path / "out")) for path in branch.write(tmp_path / "out", course)}
    for docname in cells.docnames():
        topic = docname.rpartition("/")[2]
        ways = [place.address for place in launch.places("https://github.com/a/b", "https://a.example/", topic)]
        files = {found[1] for way in ways if (found := re.search(r"/([\w-]+\.ipynb)$", way))}
        assert files == {f"{topic}.ipynb"} <= written
        assert (tmp_path / "out" / f"{topic}.ipynb").read_text(encoding="utf-8") == "student"
    assert {WHEEL, "README.md", *branch.ENVIRONMENT} <= written
    assert not [name for name in written if "teacher" in name]


def test_what_binder_needs_is_there_and_may_run(course: Path, tmp_path: Path) -> None:
    """The requirements lead to a lock that stands where they say, and the last step is a program."""
    branch.write(tmp_path / "out", course)
    asked = (tmp_path / "out" / "binder" / "requirements.txt").read_text(encoding="utf-8").split()
    assert asked[::2] == ["-r"]
    assert all((tmp_path / "out" / "binder" / path).is_file() for path in asked[1::2])
    assert os.access(tmp_path / "out" / "binder" / "postBuild", os.X_OK)
    python = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    assert re.fullmatch(r"python-3\.1[123]", python), "a Python of CI"


@pytest.mark.parametrize("lost", ["occam.ipynb", WHEEL])
def test_a_site_that_lacks_a_file_gives_no_branch(course: Path, tmp_path: Path, lost: str) -> None:
    (course / lost).unlink()
    with pytest.raises(ProblemError, match="run make course first"):
        branch.write(tmp_path / "out", course)


def test_the_students_lock_holds_what_the_package_needs_at_the_versions_of_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["student"]
    assert {canonicalize_name(re.split(r"[^\w-]", text)[0]) for text in needed} <= names("student.lock")
    pinned = {}
    for lock in ("student.lock", "test.lock"):
        text = (ROOT / "locks" / lock).read_text(encoding="utf-8")
        pinned[lock] = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    both = pinned["student.lock"].keys() & pinned["test.lock"].keys()
    assert len(both) > 30
    assert not {name for name in both if pinned["student.lock"][name] != pinned["test.lock"][name]}


@pytest.mark.parametrize("lock", sorted(path.name for path in (ROOT / "locks").glob("*.lock")))
def test_a_lock_has_a_hash_for_each_package_and_no_address(lock: str) -> None:
    text = (ROOT / "locks" / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|(^| )/", text, re.MULTILINE)
    pieces = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert pieces and all("--hash=sha256:" in piece for piece in pieces)


def test_the_workflow_publishes_what_the_pages_lead_to() -> None:
    """The branch has the name of the buttons, and the JupyterLite stands where the pages are told."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8"))["jobs"]
    making = next(step for step in jobs["build"]["steps"] if "make course" in step.get("run", ""))
    said = "\n".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    assert f"mv _build/lite _build/html/{making['env']['BOOK_LITE']}" in said
    assert "-m book branch" in said and branch.OUT == ROOT / "_build" / "branch"
    assert re.search(rf"git push .* {launch.BRANCH}$", said, re.MULTILINE)
    assert "deploy" in jobs["notebooks"]["needs"], "a notebook finds its package on the site"


def test_the_dev_container_is_as_its_schema_says() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    jsonschema.validate(container, CONTAINER)
    assert container["postCreateCommand"] == "make book"
    assert set(map(str, container["forwardPorts"])) == set(container["portsAttributes"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(container | {"forwardPort": 8000}, CONTAINER)


# --- the folder for a browser ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What JupyterLite writes, as far as it is looked at."""
    release = {"releases": {"0.1.0": [{"filename": WHEEL}]}}
    kernel = f'load("https://{lite.HOST}/pyodide/v314.0.6/full/pyodide.mjs")'
    files = {
        f"pypi/{WHEEL}": "",
        "pypi/all.json": json.dumps({notebooks.DISTRIBUTION: release}),
        "files/occam.ipynb": "",
        "api/contents/all.json": json.dumps({"content": [{"path": "occam.ipynb"}]}),
        "extensions/kernel/716.js": kernel,
    }
    for name, text in files.items():
        (tmp_path / "lite" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lite" / name).write_text(text, encoding="utf-8")
    return tmp_path / "lite"


def test_a_whole_folder_has_no_fault(folder: Path) -> None:
    assert lite.faults(folder, WHEEL, ["occam.ipynb"]) == []


@pytest.mark.parametrize(
    ("broken", "text", "said"),
    [
        ("pypi/all.json", "{}", f"pypi/all.json does not list {WHEEL}."),
        (f"pypi/{WHEEL}", None, f"pypi/all.json does not list {WHEEL}."),
        ("files/occam.ipynb", None, "It does not offer occam.ipynb."),
        ("api/contents/all.json", '{"content": []}', "It does not offer occam.ipynb."),
        ("extensions/other.js", "import('https://other.example/pyodide.mjs')", "It asks other.example for its Python."),
        ("extensions/kernel/716.js", "", f"It does not ask {lite.HOST} for its Python, as the page says."),
    ],
)
def test_a_folder_that_is_not_whole_is_named(folder: Path, broken: str, text: str | None, said: str) -> None:
    if text is None:
        (folder / broken).unlink()
    else:
        (folder / broken).write_text(text, encoding="utf-8")
    assert lite.faults(folder, WHEEL, ["occam.ipynb"]) == [said]


def test_a_notebook_there_installs_the_package_from_the_folder() -> None:
    """By its name: the index of the folder knows it, and no other cell mentions an address."""
    told = [cells.Cell("a", "code", "1 + 1")]
    first, second = notebooks.notebook("chapters/occam", "student", lite.FIRST, told).cells
    assert first.source.endswith(f"%pip install --quiet {notebooks.DISTRIBUTION}") and second.source == "1 + 1"


def test_its_environment_is_made_once_for_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, ran = tmp_path / "lite.lock", []
    monkeypatch.setattr(lite, "LOCK", lock)
    monkeypatch.setattr(lite, "_run", ran.append)
    counts = []
    for text in ("a==1", "a==1", "a==2"):
        lock.write_text(text, encoding="utf-8")
        assert lite.environment(tmp_path) == tmp_path / "bin"
        counts.append(len(ran))
    assert counts == [2, 2, 4]


def test_what_stops_its_builder_is_told_in_a_sentence() -> None:
    with pytest.raises(ProblemError, match=r"^JupyterLite cannot be made: no$"):
        lite._run(["sh", "-c", "echo no >&2; exit 1"])


def test_the_page_tells_each_host_that_was_asked() -> None:
    told = launch.measured(ROOT)
    assert set(told["hosts asked"]) <= {each["from"] for each in told["loads"]}
    assert lite.HOST in told["hosts asked"]
