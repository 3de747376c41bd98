"""What is native or heavy is loaded where it is used: a picture is drawn, a table of facts is read."""

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
#: A figure of each topic is declared, a toy one is made, and its data are looked at, with both packages out of reach.
PROGRAM = """
import sys
sys.modules["vl_convert"] = sys.modules["frictionless"] = None
from analysis import topics
import toys
assert {topics.of_figure(identity) for identity in topics.figures()} == set(topics.TOPICS)
assert len(toys.points().shown()) == 6
"""


def test_figures_are_made_without_the_packages_that_draw_and_read():
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("package", "user"), [("vl_convert", "analysis.kit.downloads"), ("frictionless", "analysis.kit.facts")]
)
def test_one_module_uses_each_of_them(package, user):
    """So no figure function does, and none can come to need it but by reading facts itself."""
    graph = grimp.build_graph("analysis", include_external_packages=True, exclude_type_checking_imports=True)
    assert graph.find_modules_that_directly_import(package) == {user}
