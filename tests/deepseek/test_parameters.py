"""Counted parameters against every published count, checkpoints to the last number, and the limits of each part."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.config import published, published_architecture, published_names, read_config
from analysis.deepseek.parameters import IDLE, MTP, count_parameters, matrices, parameter_table, parameters_by_use
from analysis.kit import facts

FACT = facts.load("deepseek")
V3 = published_architecture("deepseek-v3")
BILLION = 1e9


@st.composite
def architectures(draw):
    """Any decoder-only transformer of small numbers."""
    small = st.integers(1, 6)
    groups, routed, layers = draw(small), draw(st.integers(0, 5)), draw(small)
    latent = draw(st.booleans())
    heads, rope = groups * draw(small), draw(small) if latent else 0
    return Architecture(
        *("any", draw(st.integers(1, 40)), layers, heads, heads if latent else groups),
        *(rope + draw(small), draw(small), draw(small), draw(small)),
        tie_word_embeddings=draw(st.booleans()),
        gated=draw(st.booleans()),
        qkv_bias=draw(st.booleans()),
        mlp_bias=draw(st.booleans()),
        qk_norm=draw(st.booleans()),
        norm_bias=draw(st.booleans()),
        learned_positions=draw(st.integers(0, 5)),
        q_lora_rank=draw(st.integers(0, 3)) if latent else 0,
        kv_lora_rank=draw(small) if latent else 0,
        qk_rope_head_dim=rope,
        n_routed_experts=routed,
        num_experts_per_tok=draw(st.integers(1, routed)) if routed else 0,
        n_shared_experts=draw(st.integers(0, 2)) if routed else 0,
        moe_intermediate_size=draw(small) if routed else 0,
        dense_layers=draw(st.integers(0, layers)) if routed else 0,
        router_bias=draw(st.booleans()),
        num_nextn_predict_layers=draw(st.integers(0, 2)),
    )


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
    some_idle = architecture.num_experts_per_tok < architecture.n_routed_experts
    assert (IDLE in uses) == (architecture.mixture_layers > 0 and some_idle)


def test_nearly_all_of_v3_idles_and_nothing_of_a_dense_model_does():
    """Of 671 billion 633 sit in experts that a token does not meet: 250 of 257 in each of 58 layers."""
    table = parameters_by_use({"V3": V3, "Llama": published_architecture("llama-3.1-70b")})
    idle = table[table["part"] == IDLE]
    assert idle["model"].tolist() == ["V3"]
    assert idle["parameters"].item() == 58 * (256 - 8) * 3 * 7168 * 2048


@given(architectures(), st.integers(1, 5))
def test_layers_add(architecture, more):
    """Each further layer adds the same, whatever the number before."""
    counts = [
        count_parameters(replace(architecture, num_hidden_layers=architecture.num_hidden_layers + k * more))
        for k in range(3)
    ]
    assert counts[2].total - counts[1].total == counts[1].total - counts[0].total > 0
    assert counts[2].active - counts[1].active == counts[1].active - counts[0].active > 0


@given(architectures())
def test_one_expert_is_a_dense_model_and_its_router(architecture):
    """A mixture of one expert is dense but for the router's one row in each layer, and its bias if it has one."""
    dense = replace(
        architecture,
        n_routed_experts=0,
        num_experts_per_tok=0,
        n_shared_experts=0,
        moe_intermediate_size=0,
        dense_layers=0,
    )
    single = replace(dense, n_routed_experts=1, num_experts_per_tok=1, moe_intermediate_size=dense.intermediate_size)
    router = dense.num_hidden_layers * (dense.hidden_size + dense.router_bias)
    ours, theirs = count_parameters(single), count_parameters(dense)
    assert ours.total - theirs.total == ours.active - theirs.active == router


@given(architectures(), st.integers(2, 4))
def test_an_expert_split_in_parts_keeps_its_size(architecture, parts):
    """Fine-grained experts: k times as many, each a kth as wide, k times as many chosen, cost only a larger router."""
    whole = replace(
        architecture, n_routed_experts=2, num_experts_per_tok=1, n_shared_experts=0, moe_intermediate_size=12,
        dense_layers=0, mlp_bias=False, num_nextn_predict_layers=0,
    )  # fmt: skip
    fine = replace(whole, n_routed_experts=2 * parts, num_experts_per_tok=parts, moe_intermediate_size=12)
    fine = replace(fine, moe_intermediate_size=12 // parts)
    router = whole.num_hidden_layers * 2 * (parts - 1) * (whole.hidden_size + whole.router_bias)
    assert count_parameters(fine).total - count_parameters(whole).total == router
    assert count_parameters(fine).active - count_parameters(whole).active == router


@given(architectures())
def test_as_many_groups_as_heads_is_multi_head_attention(architecture):
    """Its four matrices are d × H d_k twice, d × H d_v and back; fewer groups take only from keys and values."""
    heads, d = architecture.num_attention_heads, architecture.hidden_size
    full = replace(architecture.with_key_value_heads(heads), qkv_bias=False, o_bias=False)
    sizes = {m.name: m.parameters for m in matrices(full) if m.part == "attention"}
    a_layer = 2 * d * heads * (full.head_dim + full.v_head_dim)
    assert full.attention in ("MHA", "MQA") and sum(sizes.values()) == full.num_hidden_layers * a_layer
    shared = full.with_key_value_heads(1)
    saved = full.num_hidden_layers * (heads - 1) * d * (full.head_dim + full.v_head_dim)
    assert count_parameters(replace(full, num_nextn_predict_layers=0)).total - saved == (
        count_parameters(replace(shared, num_nextn_predict_layers=0)).total
    )


def test_tying_saves_one_matrix_and_no_multiplication():
    tied, untied = (matrices(replace(V3, tie_word_embeddings=tie)) for tie in (True, False))
    assert sum(m.parameters for m in untied) - sum(m.parameters for m in tied) == V3.vocab_size * V3.hidden_size
    assert sum(m.multiply_adds for m in untied) == sum(m.multiply_adds for m in tied)
