"""Runs from a file: what is understood, what is refused, and the points that are fetched."""

import hashlib

import numpy as np
import pooch
import pytest

from analysis.kit.errors import ProblemError
from analysis.scaling import points
from analysis.scaling.points import (
    Points,
    fetch_chinchilla_points,
    fetched_chinchilla_points,
    read_points,
    without_largest_losses,
)

N = np.array([1e6, 1e6, 1e7, 1e7, 1e8, 1e8])
D = np.array([1e8, 1e9, 1e8, 1e9, 1e8, 2e9])
LOSS = np.array([4.1, 3.9, 3.6, 3.4, 3.3, 3.0])


def written(path, header, *columns):
    lines = [",".join(f"{value:.17g}" for value in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([header, *lines, ""]))
    return path


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("N,D,loss", (N, D, LOSS)),
        ("n,d,LOSS", (N, D, LOSS)),
        ("Loss,Tokens,Params", (LOSS, D, N)),
        ("C,N,loss", (6 * N * D, N, LOSS)),
        ("flops,tokens,loss", (6 * N * D, D, LOSS)),
        ("Model Size,Training FLOP,loss", (N, 6 * N * D, LOSS)),
        ("run,N,D,loss", (N, N, D, LOSS)),
        ("num_params,n_tokens,val_loss", (N, D, LOSS)),
        ("Training Compute,num-tokens,eval loss", (6 * N * D, D, LOSS)),
    ],
)
def test_headers_are_understood_in_any_case_order_and_common_name(tmp_path, header, columns):
    found = read_points(written(tmp_path / "runs.csv", header, *columns))
    for ours, given in zip((found.N, found.D, found.loss), (N, D, LOSS), strict=True):
        assert ours == pytest.approx(given)
    assert found.C == pytest.approx(6 * N * D)


def test_where_size_and_data_are_given_compute_is_not_read(tmp_path):
    """Compute that was counted in another way does not move the data."""
    assert read_points(written(tmp_path / "runs.csv", "C,N,D,loss", N, N, D, LOSS)).D == pytest.approx(D)


def test_a_byte_order_mark_and_empty_lines_do_no_harm(tmp_path):
    path = written(tmp_path / "runs.csv", "N,D,loss", N, D, LOSS)
    path.write_text("\ufeff" + path.read_text().replace("\n", "\n\n"), encoding="utf-8")
    assert len(read_points(path)) == 6


GOOD = ["1e6,1e8,4.1", "1e6,1e9,3.9", "1e7,1e8,3.6", "1e7,1e9,3.4", "1e8,1e8,3.3", "1e8,2e9,3.0"]


def file_of(header="N,D,loss", **changes):
    lines = list(GOOD)
    for place, line in changes.items():
        lines[int(place[1:])] = line
    return "\n".join([header, *lines]).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xff\xfe\x00N\x00", "is not a text file"),
        (b"a\x00b", "is not a text file"),
        (file_of(header="N,loss,x"), "needs a header with loss and two of N, D and C"),
        (file_of(header="N,D,accuracy"), "needs a header with loss"),
        (file_of(header="N,params,loss"), "the columns 'N' and 'params' both read as N"),
        (file_of(_2="1e7,many,3.6"), "line 4: D is 'many', which is not a number"),
        (file_of(_1="1e6,1e9"), "line 3: loss is missing"),
        (file_of(_1="1e6,,3.9"), r"There are 5 runs; .* at least 6; 1 row without D left out \(line 3\)"),
        (file_of(_5="-1e8,2e9,3.0"), "line 7: N is -1e8; it must be a positive"),
        (file_of(_0="1e6,1e8,nan"), r"There are 5 runs; .* 1 row without loss left out \(line 2\)"),
        (file_of(_0="1e6,1e8,inf"), "line 2: loss is inf; it must be a positive, finite number"),
        (b"N,D,loss\n1e6,1e8,4.1\n", "There are 1 runs"),
        (b"N;D;loss\n1e6;1e8;4,1\n", "There are 1 runs"),
        (file_of(header="N,tokens,accuracy"), "of which was read 'N' as N, 'tokens' as D; missing: loss. Known are C"),
        (file_of(_2="10,1e8,3.6"), "a run has 10 parameters; are these millions or billions"),
        (file_of(_2="1e7,0.1,3.6"), "a run has 0.1 tokens; are these millions or billions"),
        (file_of(_2="1e7,1e8,1e300"), r"loss is 1e\+300 in run 3, where a loss in nats a token is below 100"),
        (file_of(_4="1e7,1e8,3.3", _5="1e7,2e9,3.0"), "The runs have 2 sizes; floor, scale and exponent need 3"),
        (file_of(_5="1e8,1e9,3.0"), "The runs have 2 amounts of data; floor, scale and exponent need 3"),
    ],
)
def test_a_malformed_file_is_explained_by_file_line_and_column(tmp_path, content, sentence):
    path = tmp_path / "runs.csv"
    path.write_bytes(content)
    with pytest.raises(ProblemError, match=sentence) as refusal:
        read_points(path)
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ProblemError, match="cannot be read"):
            read_points(path)


def test_the_five_largest_losses_are_left_out_as_besiroglu_does():
    kept = without_largest_losses(Points(N, D, LOSS), 2)
    assert kept.loss.tolist() == [3.6, 3.4, 3.3, 3.0]
    assert kept.N.tolist() == [1e7, 1e7, 1e8, 1e8]


def test_leaving_out_no_run_changes_nothing():
    runs = Points(N, D, LOSS)
    assert without_largest_losses(runs, 0) is runs


@pytest.mark.parametrize("left_out", [-1, 2.5, 6, 7])
def test_a_number_of_runs_that_cannot_be_left_out_is_refused(left_out):
    with pytest.raises(ProblemError, match=r"give a whole number|leave 6 or more"):
        without_largest_losses(Points(N, D, LOSS), left_out)


# --- fetching, without a network ------------------------------------------------------------------------------


@pytest.fixture
def published(monkeypatch, tmp_path):
    """A file that takes the place of the one on the network, with its hash pinned."""
    source = written(tmp_path / "source.csv", "Model Size,Training FLOP,loss", N, 6 * N * D, LOSS)
    monkeypatch.setattr(points, "CHINCHILLA_URL", "https://example.org/points.csv")
    monkeypatch.setattr(points, "CHINCHILLA_SHA256", hashlib.sha256(source.read_bytes()).hexdigest())
    monkeypatch.setattr(points, "LEFT_OUT", 1)
    asked = []

    class Network:
        def __init__(self, **_):
            pass

        def __call__(self, url, output_file, pooch):
            asked.append(url)
            with open(output_file, "wb") as stream:
                stream.write(source.read_bytes())

    monkeypatch.setattr(pooch.core, "choose_downloader", lambda *_, **__: Network())
    return source, asked


def test_points_are_fetched_once_and_checked(published, tmp_path):
    _, asked = published
    first, again = (fetch_chinchilla_points(tmp_path / "cache") for _ in range(2))
    assert first == again == tmp_path / "cache" / "chinchilla-points.csv"
    assert asked == ["https://example.org/points.csv"]
    assert len(fetched_chinchilla_points(tmp_path / "cache")) >= 1


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(published, tmp_path):
    source, _ = published
    source.write_text(source.read_text() + "1,1,1\n")
    with pytest.raises(ProblemError, match="checksum differs"):
        fetch_chinchilla_points(tmp_path / "cache")
    assert fetched_chinchilla_points(tmp_path / "cache") is None


def test_a_fetched_file_that_was_changed_is_refused(published, tmp_path):
    path = fetch_chinchilla_points(tmp_path / "cache")
    path.write_text("N,D,loss\n")
    with pytest.raises(ProblemError, match="delete it and type 'python -m analysis fetch chinchilla-points'"):
        fetched_chinchilla_points(tmp_path / "cache")


def test_without_a_network_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    import requests

    def unreachable(*_, **__):
        raise requests.exceptions.ConnectionError("no route")

    monkeypatch.setattr(requests, "get", unreachable)
    with pytest.raises(
        ProblemError, match=r"could not be fetched \(ConnectionError\); connect to the network"
    ) as refusal:
        fetch_chinchilla_points(tmp_path / "cache")
    assert "\n" not in str(refusal.value)
