"""Counting a transformer's parameters, matrix by matrix.

A token passes through every matrix of a dense model, and in a mixture of experts through the chosen ones: *active* are
the parameters that one token uses. Biases and normalisations are counted too, though they are less than a thousandth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.deepseek.architecture import Architecture, an_architecture
from analysis.deepseek.layers import Layer, Matrix, norm

#: The part of the table that only training for multi-token prediction, or speculative decoding, needs.
MTP = "multi-token prediction"
#: What a token meets, and the parts of the table that it sums; of the routed experts those that are chosen.
USES = {
    "embeddings": ("embedding", "output head"),
    "attention": ("attention", "norms", "router"),
    "feed-forward": ("dense feed-forward",),
    "experts at work": ("routed experts", "shared experts"),
}
IDLE = "idle experts"


@dataclass(frozen=True)
class ParameterCount:
    """Parameters of a model.

    Attributes
    ----------
    total : all of the main model, with embedding and output head
    active : those that one token uses, with the whole embedding and the output head
    embedding : of the input embedding (and of learned positions)
    head : of the output head; 0 if it is tied to the embedding
    mtp : further ones of the multi-token prediction modules
    mtp_active : those of ``mtp`` that one token uses
    mtp_copies : copies of embedding and head that a checkpoint stores again with each module
    """

    total: int
    active: int
    embedding: int
    head: int
    mtp: int
    mtp_active: int
    mtp_copies: int

    @property
    def active_without_embedding(self) -> int:
        """Active ones without the input embedding, of which a token reads one row and multiplies nothing."""
        return self.active - self.embedding

    @property
    def total_without_embeddings(self) -> int:
        """All but embedding and head, which the Qwen and Kaplan papers call non-embedding parameters."""
        return self.total - self.embedding - self.head

    @property
    def stored(self) -> int:
        """Numbers in a checkpoint: the main model, the modules, and the copies kept with them."""
        return self.total + self.mtp + self.mtp_copies


def matrices(architecture: Architecture) -> list[Matrix]:
    """Every matrix and vector of a model, those of multi-token prediction modules last."""
    return list(_matrices(an_architecture(architecture)))


def parameter_table(architecture: Architecture) -> pd.DataFrame:
    """Every matrix of a model with its parameters.

    Returns
    -------
    DataFrame
        Columns ``name``, ``part``, ``shape`` (such as ``7168 × 1536``), ``copies``, ``parameters`` (in all copies),
        ``active`` (that one token uses) and ``multiply_adds`` (for one token). The rows whose ``part`` is
        ``multi-token prediction`` are not part of the main model.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> table = parameter_table(published_architecture("mistral-7b"))
    >>> int(table["parameters"].sum())
    7241732096
    """
    rows = [
        (m.name, m.part, " × ".join(map(str, m.shape)), m.copies, m.parameters, m.active, m.multiply_adds)
        for m in matrices(architecture)
    ]
    return pd.DataFrame(rows, columns=["name", "part", "shape", "copies", "parameters", "active", "multiply_adds"])


def parameters_by_use(architectures: Mapping[str, Architecture]) -> pd.DataFrame:
    """Where the parameters of models sit: what a token meets, and the experts that it does not.

    Parameters
    ----------
    architectures : mapping of str to Architecture
        By the name to print.

    Returns
    -------
    DataFrame
        Columns ``model``, ``part`` (of :data:`USES`, or :data:`IDLE`) and ``parameters``, without empty parts. The
        parts of a model add up to its total.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> table = parameters_by_use({"Mixtral": published_architecture("mixtral-8x7b")}).set_index("part")["parameters"]
    >>> print(f"{table['experts at work'] / 1e9:.1f} of {(table['experts at work'] + table[IDLE]) / 1e9:.1f} billion")
    11.3 of 45.1 billion
    """
    rows = []
    for name, architecture in architectures.items():
        sums = parameter_table(architecture).groupby("part")[["parameters", "active"]].sum()
        main = sums.drop(index=MTP, errors="ignore")
        met = {use: int(main["active"].reindex(parts).fillna(0).sum()) for use, parts in USES.items()}
        rows += [
            (name, use, size) for use, size in {**met, IDLE: int((main["parameters"] - main["active"]).sum())}.items()
        ]
    table = pd.DataFrame(rows, columns=["model", "part", "parameters"])
    return table[table["parameters"] > 0].reset_index(drop=True)


def count_parameters(architecture: Architecture) -> ParameterCount:
    """Total and active parameters of a model.

    Parameters
    ----------
    architecture : Architecture
        Of :func:`read_config` or :func:`published_architecture`.

    Returns
    -------
    ParameterCount
        Parameters by part; `total` and `active` add them up.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> count = count_parameters(published_architecture("deepseek-v3"))
    >>> print(f"{count.total / 1e9:.1f} billion, {count.active_without_embedding / 1e9:.1f} billion active")
    671.0 billion, 36.6 billion active
    """
    every = matrices(architecture)
    main, extra = [m for m in every if m.part != MTP], [m for m in every if m.part == MTP]
    sizes = {part: sum(m.parameters for m in main if m.part == part) for part in ("embedding", "output head")}
    return ParameterCount(
        total=sum(m.parameters for m in main),
        active=sum(m.active for m in main),
        embedding=sizes["embedding"],
        head=sizes["output head"],
        mtp=sum(m.parameters for m in extra),
        mtp_active=sum(m.active for m in extra),
        mtp_copies=architecture.num_nextn_predict_layers * sum(sizes.values()),
    )


def _matrices(a: Architecture) -> Iterator[Matrix]:
    table = a.embedding_size or a.hidden_size
    yield Matrix("embed_tokens", "embedding", (a.vocab_size, table))
    if table != a.hidden_size:
        yield Matrix("project_in", "embedding", (table, a.hidden_size), multiplied=1)
        yield Matrix("project_out", "output head", (a.hidden_size, table), multiplied=1)
    if a.learned_positions:
        yield Matrix("positions", "embedding", (a.learned_positions, a.hidden_size))
    if a.embedding_norm:
        yield from norm("embed_norm", a.hidden_size, a.norm_bias)
    yield from _layers(a.runs, a.hidden_size)
    yield from _per_layer(a)
    yield from _streams(a)
    yield from _beside(a)
    if a.final_norm:
        yield from norm("norm", a.hidden_size, a.norm_bias)
    tied = int(not a.tie_word_embeddings)
    yield Matrix("lm_head", "output head", (table, a.vocab_size), tied, tied, 1)
    if a.head_bias:
        yield Matrix("lm_head.bias", "output head", (a.vocab_size,))
    modules = a.num_nextn_predict_layers
    if modules and a.module:
        yield Matrix("eh_proj", MTP, (2 * a.hidden_size, a.hidden_size), modules, modules, modules)
        for name in ("enorm", "hnorm", "shared_head.norm"):
            yield from (replace(m, part=MTP).times(modules) for m in norm(name, a.hidden_size, a.norm_bias))
        yield from (replace(m, part=MTP) for m in _layers([(modules, a.module)], a.hidden_size))
        yield Matrix("lm_head, again", MTP, (a.hidden_size, a.vocab_size), 0, 0, modules)


def _per_layer(a: Architecture) -> Iterator[Matrix]:
    """A table of a short vector for each layer and token, and what brings it into the layers."""
    layers, each = a.num_hidden_layers, a.per_layer_size
    if not each:
        return
    yield Matrix("embed_tokens_per_layer", "embedding", (a.per_layer_vocab, layers * each))
    yield Matrix("per_layer_model_projection", "embedding", (a.hidden_size, layers * each), multiplied=1)
    yield from norm("per_layer_projection_norm", each)
    for name, shape in (("input_gate", (a.hidden_size, each)), ("projection", (each, a.hidden_size))):
        yield Matrix(f"per_layer_{name}", "dense feed-forward", shape, layers, layers, layers)
    yield from (m.times(layers) for m in norm("post_per_layer_input_norm", a.hidden_size))


def _streams(a: Architecture) -> Iterator[Matrix]:
    """Weights by which streams beside one another are mixed around each part of a layer, and joined at the end."""
    n, parts = a.streams, 2 * a.num_hidden_layers
    if not n:
        return
    if a.streams_rank:
        yield from _narrowly(a)
        return
    yield Matrix("hc.fn", "norms", (n * a.hidden_size, n * (n + 2)), parts, parts, parts)
    yield Matrix("hc.base", "norms", (n * (n + 2),), parts, parts)
    yield Matrix("hc.scale", "norms", (3,), parts, parts)
    if not a.streams_weighed:
        return
    yield Matrix("hc_head.fn", "norms", (n * a.hidden_size, n), multiplied=1)
    yield Matrix("hc_head.base", "norms", (n,))
    yield Matrix("hc_head.scale", "norms", (1,))


def _narrowly(a: Architecture) -> Iterator[Matrix]:
    """The same with narrow matrices, and what layers add that read vectors of the last few tokens together."""
    n, parts, wide = a.streams, 2 * a.num_hidden_layers, a.streams * a.hidden_size
    for name, times in (("hyper_connection", parts), ("hyper_connection_mixer", 1)):
        yield from (m.times(times) for m in norm(f"{name}.hc_norm", wide))
        yield Matrix(f"{name}.input_mix_weight_down", "norms", (wide, a.streams_rank), times, times, times)
        yield Matrix(f"{name}.input_mix_weight_up", "norms", (a.streams_rank, wide), times, times, times)
    yield Matrix("hyper_connection.block_inject_weight", "norms", (wide, n), parts, parts, parts)
    for rows in a.ngram_rows:
        yield Matrix("ple.ngram_embedding", "embedding", (rows, a.ngram_width // a.ngram_heads))
        yield Matrix("ple.key_proj", "norms", (a.ngram_width, wide), multiplied=1)
        yield Matrix("ple.value_proj", "norms", (a.ngram_width, a.hidden_size), multiplied=1)
        yield Matrix("ple.conv1d", "norms", (a.ngram_kernel, wide), multiplied=1)
        for name in ("norm_key", "norm_query", "norm_conv"):
            yield from norm(f"ple.{name}", wide)


def _beside(a: Architecture) -> Iterator[Matrix]:
    """Vectors of a token beside one another, sums of layers to choose among, and a narrow path beside attention."""
    n, width, layers = a.inputs_beside, a.hidden_size, a.num_hidden_layers
    if n:
        for name in ("altup_projections", "altup_unembed_projections"):
            yield Matrix(name, "embedding", (width, width), n - 1, n - 1, n - 1)
        yield Matrix("altup.prediction_coefs", "norms", (n, n * n), layers, layers, layers)
        yield Matrix("altup.correction_coefs", "norms", (n, n), layers, layers, layers)
        yield Matrix("altup.modality_router", "norms", (width, n), layers, layers, 2 * layers)
        for name in ("altup.correct_output_scale", "altup.router_norm"):
            yield from (m.times(layers) for m in norm(name, width))
    if a.residual_block:
        chosen = 2 * layers + 1
        yield Matrix("attn_res.proj", "norms", (width, 1), chosen, chosen, chosen)
        yield from (m.times(chosen) for m in norm("attn_res.norm", width))
    if a.laurel_rank:
        yield Matrix("laurel.linear_left", "attention", (width, a.laurel_rank), layers, layers, layers)
        yield Matrix("laurel.linear_right", "attention", (a.laurel_rank, width), layers, layers, layers)
        yield from (m.times(layers) for m in norm("laurel.post_laurel_norm", width))


def _layers(runs: Iterable[tuple[int, Layer]], width: int) -> Iterator[Matrix]:
    """Of all layers, those of the same name, place and shape put together: mixers, feed-forward parts, norms."""
    found: dict[tuple[str, str, tuple[int, ...]], list[Matrix]] = {}
    for pieces in (_mixing, _working, _norms):
        for copies, layer in runs:
            for m in pieces(layer, width):
                found.setdefault((m.name, m.part, m.shape), []).append(m.times(copies))
    for same in found.values():
        yield replace(
            same[0],
            copies=sum(m.copies for m in same),
            active_copies=sum(m.active_copies for m in same),
            multiplied=sum(m.multiplied for m in same),
        )


def _mixing(layer: Layer, width: int) -> Iterable[Matrix]:
    return layer.mixer.matrices(width) if layer.mixer else ()


def _working(layer: Layer, width: int) -> Iterable[Matrix]:
    return layer.feed_forward.matrices(width) if layer.feed_forward else ()


def _norms(layer: Layer, width: int) -> Iterable[Matrix]:
    return (m for name in layer.norms for m in norm(name, width, layer.norm_bias))
