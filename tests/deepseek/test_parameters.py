"""Counted parameters against every published count, checkpoints to the last number, and the limits of each part."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.config import published, published_architecture, published_names, read_config
from analysis.deepseek.layers import Attention, Experts
from analysis.deepseek.parameters import IDLE, MTP, count_parameters, matrices, parameter_table, parameters_by_use
from analysis.kit import facts
from tests.deepseek.drawn import DENSE, YES_OR_NO, architectures, attentions

FACT = facts.load("deepseek")
V3 = published_architecture("deepseek-v3")
BILLION = 1e9


@pytest.mark.parametrize(
    ("fact", "name", "quantity", "half_a_digit"),
    [
        ("v3-parameters", "deepseek-v3", "total", 0.5),
        ("v3-parameters-active", "deepseek-v3", "active_without_embedding", 0.5),
        ("v3-parameters-embedding", "deepseek-v3", "embedding", 0.05),
        ("v3-parameters-head", "deepseek-v3", "head", 0.05),
        ("v3-parameters-hugging-face", "deepseek-v3", "stored", 0.55),  # 684.49: rounded up, with the scales of FP8
        ("v2-parameters", "deepseek-v2", "total", 0.5),
        ("v2-parameters-active", "deepseek-v2", "active", 0.5),
        ("v2-parameters-active", "deepseek-v2", "active_without_embedding", 0.5),
        ("llama31-405b-parameters", "llama-3.1-405b", "total", 0.9),  # 405.85: its name cuts off
        ("llama31-8b-parameters", "llama-3.1-8b", "total", 0.005),
        ("llama31-70b-parameters", "llama-3.1-70b", "total", 0.05),
        ("qwen25-72b-parameters", "qwen2.5-72b", "total", 0.05),
        ("mixtral-8x7b-parameters", "mixtral-8x7b", "total", 0.05),
        ("mixtral-8x7b-parameters-active", "mixtral-8x7b", "active", 0.05),
        ("mistral-7b-parameters", "mistral-7b", "total", 0.005),
    ],
)
def test_published_counts_within_their_rounding(fact, name, quantity, half_a_digit):
    counted = getattr(count_parameters(published_architecture(name)), quantity)
    assert counted / BILLION == pytest.approx(FACT[fact].value / BILLION, abs=half_a_digit)


@pytest.mark.parametrize(
    "name", [n for n in published_names() if n not in ("gpt-3-175b", "deepseek-v3", "deepseek-r1")]
)
def test_checkpoints_to_the_last_number(name):
    """What is stored is what is counted: every published checkpoint in BF16, exactly."""
    assert count_parameters(published(name).architecture).stored == published(name).checkpoint


def test_gpt_3_is_174_6_billion():
    """Its paper names it after 175 billion and counts 174,600 million in Table D.1."""
    assert count_parameters(published_architecture("gpt-3-175b")).total / 1e6 == pytest.approx(174600, abs=50)


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        (
            dict(model_type="gpt2", n_embd=768, n_layer=12, n_head=12, n_positions=1024, vocab_size=50257),
            124_439_808,
        ),
        (
            dict(
                **dict(
                    model_type="qwen3", hidden_size=4096, num_hidden_layers=36, num_attention_heads=32, head_dim=128
                ),
                **dict(num_key_value_heads=8, intermediate_size=12288, vocab_size=151936),
            ),
            8_190_735_360,
        ),
        (
            dict(
                **dict(model_type="qwen3_moe", hidden_size=2048, num_hidden_layers=48, num_attention_heads=32),
                **dict(head_dim=128, num_key_value_heads=4, intermediate_size=6144, vocab_size=151936),
                **dict(num_experts=128, num_experts_per_tok=8, moe_intermediate_size=768),
            ),
            30_532_122_624,
        ),
    ],
)
def test_further_families_to_the_last_number(fields, total):
    """GPT-2 small (tied, biases, learned positions), Qwen3-8B (normalised queries and keys), Qwen3-30B-A3B (mixed)."""
    assert count_parameters(read_config(fields)).total == total


def test_v3_checkpoint_by_precision():
    """Its host lists the numbers of the checkpoint by type; all three follow from the configuration.

    FP8: the matrices of attention and of all experts. BF16: embedding and head (each twice, for the module has copies),
    norms, router, and the module's projection. F32: a scale for every block of 128 × 128, and the router's biases.
    """
    stored = {"F8_E4M3": 0, "BF16": 2 * (count_parameters(V3).embedding + count_parameters(V3).head), "F32": 0}
    for m in matrices(V3):
        if m.name.startswith(("embed", "lm_head")):
            continue
        if len(m.shape) == 2 and m.name not in ("gate", "eh_proj"):
            stored["F8_E4M3"] += m.parameters
            stored["F32"] += m.copies * math.prod(math.ceil(side / 128) for side in m.shape)
        else:
            stored["F32" if m.name == "gate.e_score_correction_bias" else "BF16"] += m.parameters
    assert stored == {"F8_E4M3": 680_571_043_840, "BF16": 3_918_786_560, "F32": 41_555_600}
    assert sum(stored.values()) == published("deepseek-v3").checkpoint == published("deepseek-r1").checkpoint


def test_v3_module_without_its_projection_is_what_is_printed():
    """11.5 and 2.4 billion leave out the projection of 2 d × d; with it the module has 11.6, and uses 2.5."""
    count = count_parameters(V3)
    projection = 2 * V3.hidden_size**2
    used = count.mtp_active + count.embedding + count.head
    published_sizes = [FACT[f"v3-parameters-mtp{end}"].value for end in ("", "-active")]
    assert [count.mtp - projection, used - projection] == pytest.approx(published_sizes, abs=0.05 * BILLION)
    assert min(count.mtp - published_sizes[0], used - published_sizes[1]) > 0.1 * BILLION


def test_v3_active_parameters_are_not_what_its_weights_file_says():
    """36.7 billion "including embedding and head" are 37.6 with both; with the head alone 36.6, a thousandth below."""
    count, printed = count_parameters(V3), FACT["v3-parameters-active-exact"].value
    assert count.active - printed > 0.8 * BILLION
    assert 0.05 * BILLION < printed - count.active_without_embedding < 0.1 * BILLION


def test_qwen_non_embedding_parameters():
    """The card of the 72-billion model prints 70.0; its configuration, whose total is exact, gives 70.2.

    The card of the 7-billion model (6.53) is met.
    """
    small, large = (count_parameters(published_architecture(f"qwen2.5-{size}b")) for size in (7, 72))
    assert small.total_without_embeddings / BILLION == pytest.approx(6.53, abs=0.005)
    printed = FACT["qwen25-72b-parameters-non-embedding"].value
    assert large.total_without_embeddings - printed == pytest.approx(0.215 * BILLION, abs=0.001 * BILLION)


@given(architectures())
def test_the_matrices_add_up(architecture):
    """Table, count and list agree; a token uses no more than there is, and multiplies no more than it uses."""
    table, count = parameter_table(architecture), count_parameters(architecture)
    main = table[table["part"] != MTP]
    assert main["parameters"].sum() == count.total and main["active"].sum() == count.active
    assert table["parameters"].sum() == count.total + count.mtp
    assert (table["active"] <= table["parameters"]).all()
    untied = table[table["name"].ne("lm_head") & table["name"].ne("lm_head, again")]
    assert (untied["multiply_adds"] <= untied["active"]).all()
    assert 0 < count.active_without_embedding <= count.active <= count.total <= count.stored


@given(architectures())
def test_what_a_token_meets_and_what_it_does_not_are_the_whole_model(architecture):
    uses = parameters_by_use({"any": architecture}).set_index("part")["parameters"]
    count = count_parameters(architecture)
    assert uses.sum() == count.total
    assert uses.drop(IDLE, errors="ignore").sum() == count.active
    mixtures = [layer.feed_forward for _, layer in architecture.runs if isinstance(layer.feed_forward, Experts)]
    assert (IDLE in uses) == any(part.num_experts_per_tok < part.n_routed_experts for part in mixtures)


def test_nearly_all_of_v3_idles_and_nothing_of_a_dense_model_does():
    """Of 671 billion 633 sit in experts that a token does not meet: 250 of 257 in each of 58 layers."""
    table = parameters_by_use({"V3": V3, "Llama": published_architecture("llama-3.1-70b")})
    idle = table[table["part"] == IDLE]
    assert idle["model"].tolist() == ["V3"]
    assert idle["parameters"].item() == 58 * (256 - 8) * 3 * 7168 * 2048


@given(architectures(), st.integers(1, 5))
def test_layers_add(architecture, more):
    """Each further layer adds the same, whatever the number before."""
    counts = [count_parameters(architecture.with_layers(architecture.num_hidden_layers + k * more)) for k in range(3)]
    assert counts[2].total - counts[1].total == counts[1].total - counts[0].total > 0
    assert counts[2].active - counts[1].active == counts[1].active - counts[0].active > 0


def size(piece, width=7):
    """Numbers of a piece, and those that a token uses."""
    found = list(piece.matrices(width))
    return sum(m.parameters for m in found), sum(m.active for m in found)


@given(DENSE)
def test_one_expert_is_a_dense_model_and_its_router(dense):
    """A mixture of one expert is dense but for the router's one row, and its biases if it has them."""
    total, active = size(dense)
    one = Experts(1, 1, dense.intermediate_size, gated=dense.gated, mlp_bias=dense.mlp_bias)
    assert size(one) == (total + 7, active + 7)
    assert size(replace(one, router_bias=True, router_linear_bias=True)) == (total + 9, active + 9)


@given(st.integers(2, 4), YES_OR_NO)
def test_an_expert_split_in_parts_keeps_its_size(parts, gated):
    """Fine-grained experts: k times as many, each a kth as wide, k times as many chosen, cost only a larger router."""
    whole, fine = (size(Experts(2 * k, k, 12 // k, gated=gated)) for k in (1, parts))
    assert [after - before for before, after in zip(whole, fine, strict=True)] == [7 * 2 * (parts - 1)] * 2


@given(attentions())
def test_as_many_groups_as_heads_is_multi_head_attention(attention):
    """Its four matrices are d × H d_k twice, d × H d_v and back; fewer groups take only from keys and values."""
    heads = attention.num_attention_heads
    plain = Attention(heads, heads, attention.head_dim, attention.v_head_dim)
    wide = attention.head_dim + attention.v_head_dim
    assert plain.kind == "MHA" and size(plain)[0] == 2 * 7 * heads * wide
    assert size(replace(plain, num_key_value_heads=1))[0] == size(plain)[0] - (heads - 1) * 7 * wide


@given(attentions())
def test_extras_of_attention_cost_what_they_are(attention):
    """A gate as much as the queries, a sink a number a head, windows nothing; norms a weight for each that they see."""
    heads, groups, d_k = attention.num_attention_heads, attention.num_key_value_heads, attention.head_dim
    plain = Attention(heads, groups, d_k, attention.v_head_dim)
    for change, cost in (
        ({"output_gate": True}, 7 * heads * d_k),
        ({"sinks": True}, heads),
        ({"sliding_window": 9, "chunked": True}, 0),
        ({"qk_norm": "head"}, 2 * d_k),
        ({"qk_norm": "width"}, (heads + groups) * d_k),
        ({"qk_norm": "width", "norm_bias": True}, 2 * (heads + groups) * d_k),
        ({"qkv_bias": True}, (heads + groups) * d_k + groups * attention.v_head_dim),
        ({"o_bias": True}, 7),
    ):
        assert size(replace(plain, **change))[0] - size(plain)[0] == cost


def test_tying_saves_one_matrix_and_no_multiplication():
    tied, untied = (matrices(replace(V3, tie_word_embeddings=tie)) for tie in (True, False))
    assert sum(m.parameters for m in untied) - sum(m.parameters for m in tied) == V3.vocab_size * V3.hidden_size
    assert sum(m.multiply_adds for m in untied) == sum(m.multiply_adds for m in tied)
