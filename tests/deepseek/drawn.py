"""Random pieces, layers and architectures of small numbers, for laws that hold for all."""

from hypothesis import strategies as st

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.compressed import CompressedAttention
from analysis.deepseek.layers import Attention, Chosen, Dense, Experts, LatentAttention, Layer
from analysis.deepseek.recurrent import ChannelDelta, DeltaNet, Lightning, Mamba, Mamba2, ShortConvolution

SMALL, YES_OR_NO = st.integers(1, 6), st.booleans()


@st.composite
def attentions(draw):
    """Multi-head, grouped-query or multi-query attention."""
    groups = draw(SMALL)
    return Attention(
        *(groups * draw(SMALL), groups, draw(SMALL), draw(SMALL)),
        *(draw(YES_OR_NO), draw(YES_OR_NO), draw(st.sampled_from(["", "head", "width"]))),
        *(draw(YES_OR_NO), draw(YES_OR_NO), draw(YES_OR_NO), draw(st.integers(0, 5)), draw(YES_OR_NO)),
        gates_per_head=draw(st.integers(0, 2)),
    )


@st.composite
def chosen(draw):
    """Attention on blocks of tokens that an indexer chooses."""
    return Chosen(draw(attentions()), draw(SMALL), draw(SMALL), draw(SMALL))


@st.composite
def latents(draw):
    """Latent attention, with an indexer or without."""
    rope, index = draw(SMALL), draw(st.integers(0, 3))
    return LatentAttention(
        *(draw(SMALL), rope + draw(SMALL), draw(SMALL), draw(SMALL), rope, draw(st.integers(0, 3)), draw(YES_OR_NO)),
        *((index, draw(SMALL), draw(SMALL)) if index else ()),
    )


@st.composite
def recurrents(draw):
    """What keeps a state in place of the tokens."""
    n = [draw(SMALL) for _ in range(5)]
    pieces = (
        DeltaNet(n[0], n[0] * n[1], *n[2:]),
        Lightning(*n[:2]),
        Mamba(*n[:4], draw(YES_OR_NO), draw(YES_OR_NO), draw(YES_OR_NO)),
        Mamba2(*n, draw(YES_OR_NO), draw(YES_OR_NO)),
        ShortConvolution(*n[:2], draw(YES_OR_NO)),
        ChannelDelta(*n[:3], draw(st.integers(0, 3)), draw(st.integers(0, 3))),
    )
    return draw(st.sampled_from(pieces))


@st.composite
def compressed(draw):
    """Attention that presses many tokens into one, with an indexer or without, or has its window alone."""
    ratio, groups = draw(st.integers(0, 3)), draw(SMALL)
    index = draw(st.integers(0, 3)) if ratio else 0
    return CompressedAttention(
        *(groups * draw(SMALL), draw(SMALL), draw(SMALL), groups, draw(SMALL), draw(st.integers(2, 5)), ratio, index),
        *((draw(SMALL), draw(SMALL)) if index else ()),
    )


@st.composite
def experts(draw):
    """A mixture of experts, with shared ones or without."""
    routed = draw(st.integers(1, 5))
    return Experts(
        *(routed, draw(st.integers(1, routed)), draw(SMALL), draw(st.integers(0, 2)), draw(st.integers(0, 3))),
        *(draw(YES_OR_NO) for _ in range(5)),
    )


DENSE = st.builds(Dense, SMALL, YES_OR_NO, YES_OR_NO)
NORMS = st.sampled_from([("input_layernorm",), ("input_layernorm", "post_attention_layernorm")])


def layers():
    """A layer of any pieces; one without a mixer has a feed-forward part."""
    mixers = st.one_of(attentions(), latents(), recurrents(), compressed(), chosen())
    whole = st.builds(Layer, mixers, st.one_of(DENSE, experts(), st.none()), NORMS, YES_OR_NO)
    return st.one_of(whole, st.builds(Layer, st.none(), DENSE, NORMS, YES_OR_NO))


@st.composite
def architectures(draw):
    """Any language model of small numbers, with layers of up to three kinds."""
    runs = tuple((draw(SMALL), draw(layers())) for _ in range(draw(st.integers(1, 3))))
    return Architecture(
        *("any", draw(st.integers(1, 40)), draw(SMALL), runs),
        tie_word_embeddings=draw(YES_OR_NO),
        norm_bias=draw(YES_OR_NO),
        final_norm=draw(YES_OR_NO),
        embedding_norm=draw(YES_OR_NO),
        head_bias=draw(YES_OR_NO),
        learned_positions=draw(st.integers(0, 5)),
        num_nextn_predict_layers=draw(st.integers(0, 2)),
    )
