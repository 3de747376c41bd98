"""The page of ``fit-scaling --report DIR``: what it tells, that it asks for nothing, and that nothing is lost."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from analysis import cli
from analysis.kit import theme
from analysis.kit.errors import ProblemError
from analysis.kit.page import write_files
from analysis.scaling import fit_charts
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.fit import fit_scaling_law
from analysis.scaling.influence import next_run
from analysis.scaling.laws import ScalingLaw, chinchilla_design, simulate_losses
from analysis.scaling.points import Points

LAW = ScalingLaw(E=1.7, A=406, B=411, alpha=0.34, beta=0.28)
VOID = {"meta", "br", "path", "line", "rect", "circle"}


def table(path, count=40, noise=0.003):
    rng = np.random.default_rng(1)
    N, D = chinchilla_design(count, rng)
    rows = np.column_stack([N, D, simulate_losses(LAW, N, D, noise, rng)])
    np.savetxt(path, rows, delimiter=",", header="N,D,loss", comments="")
    return path


def call(capsys, *arguments):
    return cli.main(["fit-scaling", *map(str, arguments)]), *capsys.readouterr()


class Page(HTMLParser):
    """What a page asks for, its ids, the names of its pictures, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.asked, self.ids, self.named, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.asked += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
        self.ids += [known["id"]] if "id" in known else []
        if tag == "svg":
            self.named.append(known.get("aria-label", ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    arguments = ["fit-scaling", str(table(folder / "runs.csv")), "--resamples", "200", "--budget", "1e24"]
    assert cli.main([*arguments, "--report", str(folder / "page")]) == 0
    return folder / "page", (folder / "page" / "index.html").read_text(encoding="utf-8")


def test_the_page_tells_the_law_its_doubts_and_what_would_help(report):
    folder, text = report
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main>") :]))
    for told in (
        "A scaling law for runs.csv",
        "The columns of runs.csv were read as they are named.",
        "nothing there is measured; if the law holds so far, the loss is",
        "95 % interval",
        "Intervals from 200 resamples of the runs (seed 0)",
        "Each was left out and the law fitted again",
        "with that run it would be about",
    ):
        assert told in words, told
    samples = pd.read_csv(folder / "samples.csv")
    low, high = samples["a"].quantile([0.025, 0.975])
    assert f"{low:.4g} to {high:.4g}" in words


def test_the_page_is_whole_and_asks_for_nothing_but_its_own_tables(report):
    folder, text = report
    page = Page(text)
    assert page.open == []
    assert "<script" not in text and "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    wanted = {address for address in page.asked if not address.startswith("#")}
    assert wanted == {"residuals.csv", "influence.csv", "samples.csv"} == {p.name for p in folder.glob("*.csv")}
    assert len(page.ids) == len(set(page.ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(page.ids)


def test_every_picture_has_a_text_and_is_there_for_a_phone_and_for_the_dark(report):
    page = Page(report[1])
    assert len(page.named) == 8 and all(len(name) > 60 for name in page.named)
    assert report[1].count('<svg class="narrow"') == report[1].count('<svg class="wide"') == 4
    known = {colour.light for colour in theme.PALETTE.values()}
    drawn = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', report[1][report[1].index("<main>") :]))
    assert drawn <= known and {theme.COMPUTED, theme.PUBLISHED, theme.INK} & drawn
    for colour in drawn:
        assert f'[fill="{colour}"]' in report[1]


def test_the_tables_add_up(report):
    folder, _ = report
    residuals = pd.read_csv(folder / "residuals.csv")
    fit = fit_scaling_law(residuals["N"], residuals["D"], residuals["loss"])
    expected = np.log(residuals["loss"] / fit.law.loss(residuals["N"], residuals["D"]))
    assert residuals["log_residual"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)
    influence = pd.read_csv(folder / "influence.csv")
    assert (influence["a"] - influence["moved"]).to_numpy() == pytest.approx(np.full(len(residuals), fit.a), abs=1e-6)


def test_without_resamples_the_page_has_no_intervals_but_everything_else(tmp_path, capsys):
    arguments = (table(tmp_path / "runs.csv"), "--resamples", "0", "--report", tmp_path / "page")
    status, out, err = call(capsys, *arguments)
    text = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert (status, err) == (0, "") and out.endswith("index.html\n")
    assert "Without resamples there are no intervals" in text and "by the delta method is" in text
    assert sorted(path.name for path in (tmp_path / "page").iterdir()) == [
        "index.html",
        "influence.csv",
        "residuals.csv",
    ]


def test_a_name_that_looks_like_markup_is_words(tmp_path, capsys):
    path = table(tmp_path / "<b>runs & co.csv")
    assert call(capsys, path, "--resamples", "0", "--report", tmp_path / "page")[0] == 0
    assert "A scaling law for &lt;b&gt;runs &amp; co.csv" in (tmp_path / "page" / "index.html").read_text("utf-8")


def test_a_folder_that_holds_files_a_file_and_one_that_cannot_be_made_are_refused_before_the_work(tmp_path, capsys):
    path = table(tmp_path / "runs.csv")
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "index.html").write_text("mine")
    for folder, sentence in (
        (kept, f"The folder {kept} holds files already; name a new or an empty one."),
        (path, f"{path} is a file; name a new or an empty folder."),
        (path / "below", f"The folder {path / 'below'} cannot be written (Not a directory); name another."),
    ):
        status, out, err = call(capsys, path, "--report", folder)
        assert (status, out, err) == (2, "", f"error: {sentence}\n")
    assert (kept / "index.html").read_text() == "mine" and len(list(kept.iterdir())) == 1


def test_a_budget_too_small_for_a_further_run_is_a_sentence_and_leaves_no_page(tmp_path, capsys):
    arguments = (table(tmp_path / "runs.csv"), "--resamples", "0", "--report", tmp_path / "page")
    status, _, err = call(capsys, *arguments, "--experiment-budget", "1e12")
    assert status == 2 and "The budget 1e+12 FLOP for a further run is below" in err and err.count("\n") == 1
    assert list((tmp_path / "page").iterdir()) == []


def test_a_page_that_is_interrupted_or_finds_no_room_leaves_nothing(tmp_path):
    class Unwritable:
        def __init__(self, error):
            self.error = error

        def to_csv(self, path, **_):
            path.write_text("half")
            raise self.error

    for error, raised in ((KeyboardInterrupt(), KeyboardInterrupt), (OSError(28, "No space left"), ProblemError)):
        with pytest.raises(raised):
            write_files(tmp_path, {"one.csv": pd.DataFrame({"a": [1]}), "two.csv": Unwritable(error), "index.html": ""})
        assert list(tmp_path.iterdir()) == []


def test_on_a_phone_each_cell_of_a_stacked_table_has_its_name(report):
    """A row of the budgets is a list there, and its head is not seen."""
    stacked = re.search(r'<table role="table" class="stack">.*?</table>', report[1], re.DOTALL)[0]
    heads = re.findall(r"<th [^>]*>([^<]*)</th>", stacked)
    assert re.findall(r'data-name="([^"]*)"', stacked) == heads and len(heads) == 5


def test_dots_stay_in_the_frame_and_those_outside_are_counted():
    """Few runs give resamples far out, which a frame for the middle 99 % does not hold."""
    rng = np.random.default_rng(3)
    N, D = chinchilla_design(12, rng)
    points = Points(N, D, simulate_losses(LAW, N, D, 0.003, rng))
    fit = fit_scaling_law(points.N, points.D, points.loss)
    spec = fit_charts.cloud(fit, bootstrap_scaling_law(N, D, points.loss, resamples=400), 0.95).spec()
    encoding = spec["layer"][0]["encoding"]
    dots = pd.DataFrame(next(rows for rows in spec["datasets"].values() if len(rows) > 100))
    for channel, name in (("x", "alpha"), ("y", "beta")):
        assert dots[name].between(*encoding[channel]["scale"]["domain"]).all()
    assert f"Outside the frame: {400 - len(dots)}." in spec["usermeta"]["caption"] and len(dots) < 400


@pytest.mark.parametrize("count", [12, 3000])
def test_few_runs_and_many_are_drawn(count):
    rng = np.random.default_rng(2)
    N, D = chinchilla_design(count, rng)
    points = Points(N, D, simulate_losses(LAW, N, D, 0.002, rng))
    fit = fit_scaling_law(points.N, points.D, points.loss)
    spread = bootstrap_scaling_law(points.N, points.D, points.loss, resamples=30)
    for figure in (
        fit_charts.plane(points, fit.law, next_run(points, fit.law)),
        fit_charts.residuals(points, fit.law),
        fit_charts.cloud(fit, spread, 0.9),
        fit_charts.optimal_size(points, fit, spread, [1e24], 0.9),
    ):
        spec = figure.spec()
        assert "nan" not in " ".join(spec["usermeta"][text] for text in ("title", "caption", "alt"))
        assert max(map(len, spec["datasets"].values())) <= fit_charts.DRAWN


def test_contours_lie_where_the_law_has_their_loss():
    rng = np.random.default_rng(2)
    N, D = chinchilla_design(40, rng)
    points = Points(N, D, LAW.loss(N, D))
    lines, ends = fit_charts._contours(points, LAW, next_run(points, LAW))
    assert LAW.loss(lines["N"], lines["D"]) == pytest.approx(lines["level"].to_numpy(), rel=1e-4)
    assert len(ends) >= 3
