"""Runs from a file: what is understood, what is refused, and the points that are fetched."""

import hashlib
import math
import time

import numpy as np
import pooch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.scaling import points
from analysis.scaling.points import (
    Points,
    check_points,
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
    for ours, theirs in zip((found.N, found.D, found.loss), (N, D, LOSS), strict=True):
        assert ours == pytest.approx(theirs)
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
        (b"N,D,loss\n1e6,1e8,4.1\n", "There is 1 run;"),
        (b"N;D;loss\n1e6;1e8;4,1\n", "There is 1 run;"),
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


# --- names, units and what is said --------------------------------------------------------------------------------


def read(path, header, *columns, **options):
    found = read_points(written(path / "runs.csv", header, *columns), **options)
    for ours, theirs in zip((found.N, found.D, found.loss), (N, D, LOSS), strict=True):
        assert ours == pytest.approx(theirs)
    return found.notes


@pytest.mark.parametrize(
    ("header", "columns", "note"),
    [
        ("N,D,loss", (N, D, LOSS), None),
        ("params (M),tokens (B),loss", (N / 1e6, D / 1e9, LOSS), "'params (M)' as N, in millions, 'tokens (B)'"),
        ("log10 N,ln D,loss", (np.log10(N), np.log(D), LOSS), "'log10 N' as N, from its decimal logarithm, 'ln D'"),
        ("N,log10_flops,loss", (N, np.log10(6 * N * D), LOSS), "'log10_flops' as C, from its decimal logarithm"),
        ("N,D,ppl", (N, D, np.exp(LOSS)), "'ppl' as loss, as its natural logarithm"),
        ("N,D,loss (bits)", (N, D, LOSS / np.log(2)), "'loss (bits)' as loss, from bits to nats"),
        ("N,D,loss,ppl", (N, D, LOSS, LOSS), None),
        ("N,D,C,C_6ND,loss", (N, D, 6 * N * D, N, LOSS), None),
        ("N,D,C,loss", (N, D, 7 * N * D, LOSS), None),
        ("N,tokens_per_param,loss", (N, D / N, LOSS), "'tokens_per_param' as D/N"),
        ("D/N,tokens,loss", (D / N, D, LOSS), "'D/N' as D/N"),
        ("C,tpp,loss", (6 * N * D, D / N, LOSS), "'tpp' as D/N"),
        ("N,N_no_emb,D,loss", (N, D, D, LOSS), None),
        ("N_no_emb,D,loss", (N, D, LOSS), "'N_no_emb' as N, without embeddings"),
        ("loss,C4 Eval Loss,N,D,train_tokens", (LOSS, LOSS, N, D, D), None),
        ("compute (PF-days),N,loss", (6 * N * D / 8.64e19, N, LOSS), "in petaFLOP/s-days"),
        ("Step,_runtime,lr,val_loss,tokens,num_params", (N, N, N, LOSS, D, N), "'num_params' as N, 'tokens' as D"),
    ],
)  # fmt: skip
def test_units_and_names_give_the_same_runs_and_are_said(tmp_path, header, columns, note):
    notes = read(tmp_path, header, *columns)
    assert notes == () if note is None else (len(notes) == 1 and note in notes[0] and notes[0].startswith("Read: "))


WAYS = {  # of a number, as name of its column and text of its cell
    "plain": lambda key, x: (key, repr(x)),
    "millions": lambda key, x: (f"{key} (M)", f"{x / 1e6!r}"),
    "billions": lambda key, x: (f"{key} [1e9]", f"{x / 1e9!r}"),
    "cells": lambda key, x: (key, f"{x / 1e6!r}M"),
    "words": lambda key, x: (key, f"{x / 1e9!r} billion"),
    "log10": lambda key, x: (f"log10({key})", repr(math.log10(x))),
    "ln": lambda key, x: (f"ln {key}", repr(math.log(x))),
}
LOSS_WAYS = {
    "plain": lambda x: ("loss", repr(x)),
    "perplexity": lambda x: ("val_ppl", repr(math.exp(x))),
    "bits": lambda x: ("loss (bits)", repr(x / math.log(2))),
    "log10": lambda x: ("log10 loss", repr(math.log10(x))),
}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.floats(1e5, 1e12), st.floats(1e5, 1e14), st.floats(0.5, 12)), min_size=8, max_size=12),
    st.sampled_from(sorted(WAYS)),
    st.sampled_from(sorted(WAYS)),
    st.sampled_from(sorted(LOSS_WAYS)),
    st.sampled_from([",", ";", "\t", "|"]),
    st.booleans(),
    st.permutations([0, 1, 2]),
)
def test_any_way_to_write_runs_gives_the_same_runs(tmp_path, runs, size, data, loss, separator, comma, order):
    columns = [[WAYS[size]("N", n), WAYS[data]("D", d), LOSS_WAYS[loss](one)] for n, d, one in runs]
    lines = [separator.join(columns[0][place][0] for place in order)]
    lines += [separator.join(row[place][1] for place in order) for row in columns]
    text = "\n".join(lines)
    if comma and separator != ",":
        text = text.replace(".", ",")
    path = tmp_path / "runs.csv"
    path.write_text(text)
    plain = tmp_path / "plain.csv"
    plain.write_text("N,D,loss\n" + "".join(f"{n!r},{d!r},{one!r}\n" for n, d, one in runs))
    found, expected = outcome(path), outcome(plain)
    if isinstance(expected, Points) and not isinstance(found, Points):
        assert "could be" in found or "writes decimals both" in found  # a comma and three figures: said, not guessed
    elif isinstance(expected, Points):
        for name in ("N", "D", "loss"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-12)
    else:
        assert not isinstance(found, Points)


def outcome(path):
    try:
        return read_points(path)
    except ProblemError as error:
        return str(error)


def test_columns_may_be_named_by_hand(tmp_path):
    header = "width,data,train_loss,val_loss,C"
    notes = read(tmp_path, header, N, D, D, LOSS, 6 * N * D, columns={"N": "width", "D": "DATA", "loss": "val_loss"})
    assert notes == ("Read: 'width' as N, 'data' as D, 'val_loss' as loss.",)
    by_compute = {"C": "C", "loss": "val_loss", "N": "width"}
    read(tmp_path, "width,D,train_loss,val_loss,C", N, N, D, LOSS, 6 * N * D, columns=by_compute)
    with pytest.raises(ProblemError, match="has no column 'widht' for N; did you mean 'width'"):
        read(tmp_path, header, N, D, D, LOSS, N, columns={"N": "widht"})
    with pytest.raises(ProblemError, match="There is no column 'size' of runs; name N, D, C and loss"):
        read(tmp_path, header, N, D, D, LOSS, N, columns={"size": "width"})
    with pytest.raises(ProblemError, match="has 2 columns 'N' for N; rename them"):
        read(tmp_path, "N,N,D,loss", N, D, D, LOSS, columns={"N": "N"})


@pytest.mark.parametrize(
    ("header", "columns", "chosen", "note"),
    [
        ("width (M),D,loss", (N / 1e6, D, LOSS), {"N": "width (M)"}, "'width (M)' as N, in millions"),
        ("N,corpus_B,loss", (N, D / 1e9, LOSS), {"D": "corpus_B"}, "'corpus_B' as D, in billions"),
        ("N,log10 corpus,loss", (N, np.log10(D), LOSS), {"D": "log10 corpus"}, "from its decimal logarithm"),
        ("N,D,wikitext_ppl", (N, D, np.exp(LOSS)), {"loss": "wikitext_ppl"}, "as its natural logarithm"),
        ("N,D,Paloma (c4)", (N, D, LOSS), {"loss": "Paloma (c4)"}, "'Paloma (c4)' as loss"),
        ("N,D,val_bpb", (N, D, LOSS), {"loss": "val_bpb"}, "'val_bpb' is no loss a token: E, A and B are in its unit"),
    ],
)
def test_of_a_column_that_is_named_by_hand_unit_and_kind_are_told_from_its_name(
    tmp_path, header, columns, chosen, note
):
    assert note in " ".join(read(tmp_path, header, *columns, columns=chosen))


@pytest.mark.parametrize(
    ("header", "columns", "sentence"),
    [
        ("N,D,train_loss,val_loss", (N, D, D, LOSS), "both read as loss; choose with --loss val_loss"),
        ("N,N,D,loss", (N, D, D, LOSS), "columns 'N' and 'N' both read as N; rename them, or"),
        ("N,D,a/loss,val_loss,eval_loss,train_loss", (N, D, D, LOSS, D, D), "and 'train_loss' all read as"),
        ("tokens_per_param,loss,x", (N, LOSS, N), "'tokens_per_param' as D/N; missing: N or D"),
        ("N,D,log_ppl", (N, D, LOSS), "name the column 'log10 ppl' or 'ln ppl'"),
        ("N,D,loss", (900 + N / 1e5, D, LOSS), "no run has more than 1,900 parameters; are these thousands or"),
        ("N,D,loss", (N, D / 1e5, LOSS), r"no run has more than 20,000 tokens; .* or 'D \(tokens\)' if they are"),
        ("N,D,loss", (N, D, np.exp(LOSS)), "every loss is above 13.8 nats a token, .* call the column 'ppl'"),
        ("N,D,train loss,val loss", (N, D, D, LOSS), "choose with --loss 'val loss', or keep one"),
        ("log N,D,loss", (N, D, LOSS), "'log N' may be the decimal or the natural one; name the column 'log10 N'"),
        ("N,D,log_loss", (N, D, LOSS), "logarithm in 'log_loss' may be the decimal or the natural one"),
        ("N,D (GB),loss", (N, D, LOSS), r"the unit 'GB' of 'D \(GB\)' is not understood; give D in tokens"),
        ("N,D,val_bpb", (N, D, LOSS), "'val_bpb' is no loss a token: multiply bits a byte by the bytes"),
        ("N,D,word_perplexity", (N, D, LOSS), "'word_perplexity' is no loss a token"),
        ("N,D,wikitext_loss", (N, D, LOSS), r"with --C COLUMN, --loss COLUMN \(perhaps 'wikitext_loss'\)"),
        ("Step,a - train/loss,a - train/loss__MIN", (N, D, LOSS), "a column for each run: export the table of runs"),
        ("x,y,z", (N, D, LOSS), "of which was read nothing; missing: loss and two of N, D and C. Known are N"),
        ("N,b,loss", (N, D, LOSS), "of which was read 'N' as N, 'loss' as loss; missing: D or C. Known are D"),
        ("params (M),D,loss", (N * 1e12, D, LOSS), r"N is 1e\+26 in run 5, more than anybody has; correct it"),
        ("log10 N,D,loss", (N, D, LOSS), "line 2: N is 1000000; it must be a positive, finite number"),
        ("N,D,ppl", (N, D, LOSS * 0 + 1), "line 2: loss is 1; it must be above 1, as a perplexity is"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_refused_with_the_way_to_say_it(tmp_path, header, columns, sentence):
    with pytest.raises(ProblemError, match=sentence) as refusal:
        read(tmp_path, header, *columns)
    assert "\n" not in str(refusal.value)


MANY = "".join(
    f"{n},{d},{2 + 1e3 / n**0.3 + 1e3 / d**0.3}\n" for n in (10**7, 10**8, 10**9) for d in (10**9, 10**10, 10**11)
)


def noted(path, text):
    path.write_text(text)
    return read_points(path)


@pytest.mark.parametrize("cell", ["", "NaN", "nan", "n/a", "-", "null"])
def test_a_run_that_failed_is_left_out_and_this_is_said(tmp_path, cell):
    found = noted(tmp_path / "runs.csv", f"N,D,loss\n1e7,1e9,{cell}\n{MANY}")
    assert len(found) == 9
    assert found.notes == ("1 row without loss left out (line 2).",)


def test_many_rows_that_are_left_out_are_counted(tmp_path):
    found = noted(tmp_path / "runs.csv", "N,D,loss\n" + 7 * "1e7,,3\n" + ",1e9,3\n" + MANY)
    assert found.notes[0] == "8 rows without N or D left out (lines 2, 3, 4, 5, 6 and more)."


def test_copies_of_a_run_are_kept_and_counted(tmp_path):
    found = noted(tmp_path / "runs.csv", "N,D,loss\n" + MANY + MANY)
    assert len(found) == 18 and found.notes[0].startswith("9 runs repeat others in N, D and loss and are kept; remove")
    found = noted(tmp_path / "runs.csv", "N,D,loss\n" + MANY + MANY.splitlines()[0])
    assert found.notes[0].startswith("1 run repeats another in N, D and loss and is kept")


def test_a_very_small_model_is_spoken_of(tmp_path):
    found = noted(tmp_path / "runs.csv", "N,D,loss\n768,1e9,5\n" + MANY)
    assert found.notes == (
        "A run has 768 parameters, which is very few; a unit can stand in the header, such as 'N (M)'.",
    )


@pytest.mark.parametrize(
    ("header", "columns", "note"),
    [
        ("D,N,loss", (N, D, LOSS), "The middle run has 0.03 tokens a parameter, which is rare; see"),
        ("N,D,loss", (N / 1e3, D * 1e3, LOSS), "tokens a parameter, which is rare"),
        ("N,D,C,loss", (N, D * 1e-3, 6 * N * D, LOSS), "'C' is not read, and in the middle run it is 1e+03"),
        ("N,D,loss", (N, D, np.exp(LOSS) / 3), "loss is 11.1 nats a token, which is high; call"),
        ("N,D,loss", (N, D, LOSS / 5), "very loss is below 1 (the largest 0.82), which is low for nats a token"),
    ],
)  # fmt: skip
def test_numbers_that_are_odd_for_their_names_are_spoken_of(tmp_path, header, columns, note):
    """A unit that is missing, columns exchanged, a perplexity or a share: the table itself shows it."""
    assert note in " ".join(read_points(written(tmp_path / "runs.csv", header, *columns)).notes)


def test_a_unit_that_is_stated_is_believed(tmp_path):
    path = written(tmp_path / "runs.csv", "N (parameters),D (tokens),loss (nats)", N / 1e3, D / 1e5, 4 * LOSS)
    assert read_points(path).N == pytest.approx(N / 1e3)


def test_a_table_whose_names_stand_in_its_first_column_is_turned(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("".join(f"{n},{','.join(map(str, c))}\n" for n, c in (("N", N), ("D", D), ("loss", LOSS))))
    found = read_points(path)
    assert found.N == pytest.approx(N) and found.D == pytest.approx(D) and found.loss == pytest.approx(LOSS)
    assert found.notes == ("Its rows and columns were exchanged, as the names stand in its first column.",)


def test_notes_stay_with_the_runs_that_are_kept(tmp_path):
    found = noted(tmp_path / "runs.csv", "N,D,loss\n768,1e9,5\n" + MANY)
    assert without_largest_losses(found, 1).notes == found.notes


@pytest.mark.parametrize(
    "text", ["1.5B,300B", "1.5b,300 billion", "1500M,0.3T", "1500 million,300B tokens", "1.5e9 params,3e11"]
)
def test_a_unit_in_a_cell_is_applied(tmp_path, text):
    found = noted(tmp_path / "runs.csv", f"N,D,loss\n{text},2.5\n" + MANY)
    assert (found.N[0], found.D[0]) == (1.5e9, 3e11)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_loss_of_three_decimals_decides_that_its_comma_is_a_decimal_one(tmp_path, separator):
    """2,705 could be 2705, but no loss is."""
    rows = [line.split(",") for line in MANY.splitlines()]
    text = "".join(separator.join([n, d, f"{float(loss):.3f}".replace(".", ",")]) + "\n" for n, d, loss in rows)
    found = noted(tmp_path / "runs.csv", separator.join(["N", "D", "loss"]) + "\n" + text)
    assert found.loss.tolist() == [round(float(loss), 3) for _, _, loss in rows]
    assert found.notes == ("Its commas are decimal commas.",)


def test_runs_whose_names_look_like_comments_are_spoken_of(tmp_path):
    with pytest.raises(
        ProblemError, match="no runs; add a line for each run; 2 lines that begin with #, % or // left out"
    ):
        noted(tmp_path / "runs.csv", "run,N,D,loss\n#1,1e7,1e9,3\n#2,1e7,1e9,3\n")


def test_a_unit_is_applied_once(tmp_path):
    """A unit in the header and one in a cell would multiply."""
    with pytest.raises(ProblemError, match="line 2: N is '7M', which is not a number"):
        noted(tmp_path / "runs.csv", "params (M),D,loss\n7M,1e9,3\n")
    with pytest.raises(ProblemError, match="line 2: N is '7B', which is not a number"):
        noted(tmp_path / "runs.csv", "log10 N,D,loss\n7B,1e9,3\n")


def test_a_column_of_names_is_no_rival_of_one_of_numbers(tmp_path):
    found = noted(
        tmp_path / "runs.csv",
        "D,tokens,N,loss\n"
        + "".join(f"c4,{line.split(',')[1]},{line.split(',')[0]},{line.split(',')[2]}\n" for line in MANY.splitlines()),
    )
    assert len(found) == 9 and found.notes == ("Read: 'N' as N, 'tokens' as D, 'loss' as loss.",)


@pytest.mark.parametrize("cell", ["2.5B", "12 %", "$3", "2.5 bits", "<3", "3±", "0:00:03"])
def test_a_loss_has_no_unit_but_nats(tmp_path, cell):
    with pytest.raises(ProblemError, match=r"line 2: loss is .*(not a number|a sum of money); correct it"):
        noted(tmp_path / "runs.csv", f"N,D,loss\n1e7,1e9,{cell}\n" + MANY)


# --- what determines a law ----------------------------------------------------------------------------------------


def test_sizes_that_lie_densely_are_many():
    """100,000 runs of sizes spread over three decades are not of one size."""
    rng = np.random.default_rng(0)
    n, d = np.exp(rng.uniform(16, 23, (2, 100_000)))
    assert len(check_points(n, d, 2 + 400 / n**0.3)) == 100_000


@pytest.mark.parametrize("spread", [0, 1e-9, 0.001, 0.004])
def test_sizes_that_differ_by_rounding_are_one(spread):
    wobble = 1 + spread * np.tile([0, 1, 2], 4)
    n, d = np.repeat([1e7, 1e8], 6) * wobble, np.tile(np.geomspace(1e9, 1e11, 6), 2)
    with pytest.raises(ProblemError, match="The runs have 2 sizes; floor, scale and exponent need 3 or more"):
        check_points(n, d, 2 + 400 / n**0.3 + 400 / d**0.3)
    with pytest.raises(ProblemError, match="The runs have 2 amounts of data"):
        check_points(d, n, 2 + 400 / n**0.3 + 400 / d**0.3)


def test_one_budget_is_refused_however_it_is_split():
    n = np.geomspace(1e7, 1e9, 9)
    with pytest.raises(ProblemError, match="All runs have one budget 6 N D"):
        check_points(n, 1e19 / (6 * n), 2 + 400 / n**0.3)


@pytest.mark.parametrize(("ratio", "power"), [(20, 1), (0.3, 1.2), (5e4, 0.6)])
def test_data_tied_to_size_are_refused(ratio, power):
    n = np.geomspace(1e7, 1e9, 9)
    with pytest.raises(ProblemError, match="cannot be told apart; give runs that vary them separately"):
        check_points(n, [float(f"{d:.3g}") for d in ratio * n**power], 2 + 400 / n**0.3)


@pytest.mark.parametrize("name", ["N", "D"])
def test_a_size_beyond_all_reason_is_refused(name):
    n, d = np.repeat([1e7, 1e8, 1e9], 3), np.tile([1e9, 1e10, 1e11], 3)
    (n if name == "N" else d)[4] = 1e300
    with pytest.raises(ProblemError, match=rf"{name} is 1e\+300 in run 5, more than anybody has"):
        check_points(n, d, 2 + 400 / n**0.3)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60),
    st.sampled_from(["N,D,loss\n", "params (M);C;ppl\n", '[{"N": 1}, ', "log10 N\tD\tloss\n", ""]),
)
def test_any_file_gives_runs_or_a_sentence(tmp_path, data, start):
    path = tmp_path / "runs.csv"
    path.write_bytes(start.encode() + data)
    with pytest.raises(ProblemError) as refusal:
        read_points(path)
    assert "\n" not in str(refusal.value)


def test_a_long_table_is_read_in_seconds(tmp_path):
    """A million rows take some 5 seconds of one core; a tenth of that, with room for a busy machine, is the bound."""
    rng = np.random.default_rng(0)
    n, d = np.exp(rng.uniform(16, 23, (2, 100_000)))
    path = written(tmp_path / "runs.csv", "N,D,loss", n, d, 2 + 400 / n**0.3 + 400 / d**0.3)
    started = time.process_time()
    assert (read_points(path).N == n).all()
    assert time.process_time() - started < 5


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
