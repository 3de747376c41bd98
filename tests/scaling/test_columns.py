"""Names of columns: what projects write is understood, with its unit, and what only looks alike is not."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scaling.columns import understand

# The names of Epoch's Chinchilla points and model table, Porian et al., (Mis)fitting, nanochat, CS336, marin, OLMo,
# Composer, Hugging Face's trainer, and of tables of people's own.
UNDERSTOOD = {
    "N": """N; n; Params; params; parameters; Parameters; Model Size; model_size; modelSize; num_params; numparams;
        lm_params;
        n_params; nParams; num_parameters; parameter_count; total_params; params_total; #params; config/params;
        params.n_params; params.N;
        num_scaling_params; N_no_emb; params_no_embed; non_embedding_params; Non-embedding parameters;
        params_active_precise; N (non-embedding); trainable_params; size (params)""",
    "D/N": """D/N; tokens_per_param; tokens per parameter; tokens/param; tok/param; Tokens/Params; tpp; D_over_N;
        token_to_param_ratio; tokens-per-parameter""",
    "D": """D; tokens; tok; n_tok; Tokens;
        num_tokens; n_tokens; train_tokens; training tokens; tokens_trained; tokens seen;
        total_tokens; token_count; dataset size; Training dataset size (datapoints); throughput/total_tokens;
        train/num_input_tokens_seen; num_input_tokens_seen; data (tokens); token budget; params.tokens; params.D""",
    "C": """C; flop; FLOPs; FLOPS; flops; total_flops; totalFLOPs; total_flos; compute; Compute; compute_budget;
        flops_budget; Training FLOP; Training compute (FLOP); train_flops; C_6ND; training_compute""",
    "loss": """loss; Loss; L; final_loss; Final Loss; val_loss; valloss; val/loss; validation loss;
        eval/loss; eval_loss; train/loss; train_loss; test_loss; C4 Eval Loss; train/CrossEntropyLoss;
        cross_entropy; ce_loss; nll;
        metrics/train/LanguageCrossEntropy; summary/loss; Loss (nats/token); lm loss;
        final_val_loss; loss (val); metrics.val_loss; loss (mean ± std); Val Loss ↓""",
}
NOT = """tokens_per_second; tok/s; d_model; n_layers; n_heads; n_ctx; aux_loss; z_loss; loss_std;
    policy_loss; params_per_token; params.lr; params.layers; N/D; DN; data_n; d_n; Δloss; loss %; N²; ΔN;
    embedding_params; flops_per_token; FLOP/s; tflops; gflops; mfu; Step; _runtime; _timestamp; lr; seed;
    batch size; size; context length; unique_tokens; word_perplexity; bpb; val_bpb; bits per byte;
    params_wte; name;
    epoch; loss_weight; compute_time; accuracy; hellaswag; l_max; c1;
    chinchilla_multiplier; run; date"""


def names(text):
    return [name.strip() for name in text.split(";") if name.strip()]


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, text in UNDERSTOOD.items() for name in names(text)])
def test_the_names_of_many_projects_are_understood(key, name):
    column = understand(name)
    assert column is not None and (column.key, column.unknown, column.factor, column.base) == (key, "", 1, 1)


@pytest.mark.parametrize("name", names(NOT))
def test_a_name_that_only_looks_alike_is_not(name):
    assert understand(name) is None


@pytest.mark.parametrize(
    ("name", "key", "factor"),
    [
        ("params (M)", "N", 1e6),
        ("Params(B)", "N", 1e9),
        ("params [millions]", "N", 1e6),
        ("Params, M", "N", 1e6),
        ("params_m", "N", 1e6),
        ("N_params_B", "N", 1e9),
        ("N [1e6]", "N", 1e6),
        ("N (10^6)", "N", 1e6),
        ("N (×10⁶)", "N", 1e6),
        ("params / 1e6", "N", 1e6),
        ("N in millions", "N", 1e6),
        ("Non-embedding parameters (M)", "N", 1e6),
        ("million_params", "N", 1e6),
        ("Mparams", "N", 1e6),
        ("M params", "N", 1e6),
        ("params_in_M", "N", 1e6),
        ("params_1e6", "N", 1e6),
        ("N 10^6", "N", 1e6),
        ("N x 1e6", "N", 1e6),
        ("Params [Mio.]", "N", 1e6),
        ("params (MM)", "N", 1e6),
        ("params (mega)", "N", 1e6),
        ("N ('000)", "N", 1e3),
        ("N/1000", "N", 1e3),
        ("billions of tokens", "D", 1e9),
        ("Btokens", "D", 1e9),
        ("GTok", "D", 1e9),
        ("tokens (Gt)", "D", 1e9),
        ("tokens (B)", "D", 1e9),
        ("tokens_b", "D", 1e9),
        ("D (T)", "D", 1e12),
        ("Tokens (trillions)", "D", 1e12),
        ("tokens (billion tokens)", "D", 1e9),
        ("FLOPs (1e18)", "C", 1e18),
        ("C [10**21 FLOP]", "C", 1e21),
        ("compute (EFLOP)", "C", 1e18),
        ("compute (PF-days)", "C", 8.64e19),
        ("compute (petaFLOP/s-days)", "C", 8.64e19),
        ("throughput/total_gflops", "C", 1e9),
        ("C (PFLOP/s-day)", "C", 8.64e19),
        ("PF-days", "C", 8.64e19),
        ("compute_pf_days", "C", 8.64e19),
        ("training PFLOP/s-days", "C", 8.64e19),
        ("loss (bits)", "loss", math.log(2)),
        ("bits per token", "loss", math.log(2)),
    ],
)
def test_a_unit_in_a_name_is_applied(name, key, factor):
    column = understand(name)
    assert column is not None and (column.key, column.unknown) == (key, "")
    assert column.values(np.array([2.5])) == pytest.approx(2.5 * factor)


@pytest.mark.parametrize(
    "name",
    ["D (GB)", "dataset size (TB)", "N (furlongs)", "loss (bits/byte)", "C (s)", "N (M) (B)", "N (×1e-6)", "N*1e-6"],
)
def test_an_unknown_unit_is_not_passed_over(name):
    column = understand(name)
    assert column is None or column.unknown


@pytest.mark.parametrize(
    "name",
    [
        "log10 C",
        "log10(C)",
        "log10_C",
        "lg C",
        "C_log10",
        "C (log10)",
        "log10 C [FLOP]",
        "Log10(FLOPs)",
        "log₁₀ C",
        "log10-C",
    ],
)
def test_a_decimal_logarithm_is_undone(name):
    column = understand(name)
    assert column is not None and column.key == "C"
    assert column.values(np.array([20.0])) == pytest.approx(1e20)


@given(st.sampled_from(["N", "D", "C"]), st.floats(1e3, 1e20))
def test_a_logarithm_gives_back_the_number_on_every_base(key, value):
    for name, logarithm in ((f"log10 {key}", math.log10), (f"ln({key})", math.log), (f"log2 {key}", math.log2)):
        column = understand(name)
        assert column is not None and column.values(np.array([logarithm(value)])) == pytest.approx(value)


def test_a_logarithm_without_a_base_is_known_as_one():
    for name in ("log N", "logN", "log_params", "log(N)", "log_loss"):
        column = understand(name)
        assert column is not None and column.base == 0


def test_the_logarithm_of_a_perplexity_is_the_loss():
    for name in ("ppl", "val_ppl", "Perplexity", "eval/perplexity"):
        column = understand(name)
        assert column is not None and column.values(np.array([math.e**3])) == pytest.approx(3)
        assert column.told == f"{name!r} as loss, as its natural logarithm"


@pytest.mark.parametrize("name", ["x" + " " * 100_000 + "x", "(M) " * 25_000, "tokens_per_" * 9_000, "log10 " * 20_000])
def test_a_long_name_is_none_at_once(name):
    started = time.process_time()
    assert understand(name) is None and time.process_time() - started < 1


@given(st.text(max_size=40))
def test_any_name_is_understood_or_not(name):
    column = understand(name)
    assert column is None or column.key in ("N", "D", "C", "loss")
