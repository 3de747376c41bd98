"""What the book puts into the models of this chapter, once for its cells, its numbers, its verdicts and its checks."""

from __future__ import annotations

from analysis.deepseek.benchmarks import Which

# --- counting ---------------------------------------------------------------------------------------------------

#: The run that the chapter is about, as :data:`analysis.deepseek.training.RUNS` calls it.
V3 = "DeepSeek-V3"
#: The run that it is compared with, as :data:`analysis.deepseek.training.RUNS` calls it.
LLAMA = "Llama-405B"
#: Models by the name that is printed, and the published configuration of each.
MODELS = {
    V3: "deepseek-v3",
    LLAMA: "llama-3.1-405b",
    "Qwen-72B": "qwen2.5-72b",
    "Llama-70B": "llama-3.1-70b",
    "Mixtral": "mixtral-8x7b",
}
#: Models whose training FLOP a token were published: configuration and fact.
PUBLISHED_FLOP = {
    "DeepSeek-V2": ("deepseek-v2", "isca-gflop-per-token-v2"),
    V3: ("deepseek-v3", "isca-gflop-per-token-v3"),
    "Qwen-72B": ("qwen2.5-72b", "isca-gflop-per-token-qwen-72b"),
    LLAMA: ("llama-3.1-405b", "isca-gflop-per-token-llama-405b"),
}
#: Tokens of context at which they were, and at which we count a token at home.
CONTEXT = 4_096

# --- what makes it efficient ------------------------------------------------------------------------------------

#: Models whose caches are compared.
CACHED = {V3: "deepseek-v3", "Qwen-72B": "qwen2.5-72b", LLAMA: "llama-3.1-405b"}
#: Lengths of a conversation at which caches are compared, tokens.
LENGTHS = tuple(2**power for power in range(10, 18))
#: Size of an outlier that FP8 bears, of which the text speaks.
BORNE = 1e4
#: Size of an outlier that is too large for FP8, of which the text speaks.
BREAKING = 1e5
#: Size of an outlier that is too large for integers, of which the text speaks.
RUINOUS = 100.0
#: Products of the sum whose error the report prints.
SUM = 4_096
#: Kinds of numbers whose sums were compared with the chip's, as ``gpu-fp8-rules`` calls them.
KINDS = {
    "random": "of both signs",
    "positive": "positive",
    "outliers": "a few thirty times as large",
    "codes": "any patterns of bits",
    "subnormal": "one factor below the normal range",
    "sparse": "three in four are zero",
    "cancel": "nearly all cancels",
    "e5m2": "one factor in E5M2",
}
#: Guesses ahead that are compared; V3 makes one.
GUESSES = (1, 2, 3)

# --- is it better? ----------------------------------------------------------------------------------------------

#: The published tables that hold both models.
TABLES: tuple[Which, ...] = ("base", "chat")
#: The differences in points up to which two scores count as a tie.
TIES = (0.0, 0.3, *(step / 2 for step in range(1, 21)))

# --- can it run at home? ----------------------------------------------------------------------------------------

#: Models that one may want to run at home, by the name that is printed, and the published configuration of each.
AT_HOME = {
    "Llama-8B": "llama-3.1-8b",
    "Qwen-32B": "qwen2.5-32b",
    "Mixtral": "mixtral-8x7b",
    "Llama-70B": "llama-3.1-70b",
    LLAMA: "llama-3.1-405b",
    V3: "deepseek-v3",
}
#: Bits a weight at home, as :data:`analysis.deepseek.serving.PRECISIONS` calls them.
PRECISION = "4-bit"
#: Lengths of a conversation at home, tokens.
CONTEXTS = (CONTEXT, 32_768, 131_072)
#: The tokens a second at which a person reads, about 250 words a minute; our assumption.
READING = 5.0
#: The model that fits one graphics card, and the card.
CARD = "Qwen-32B on an RTX 4090"
#: The largest model at home, and its machine.
STUDIO = "DeepSeek-V3 on an M3 Ultra"
#: The machines at home with what each can hold: configuration and machine.
LOCAL = {
    "Llama-8B on a PC": ("llama-3.1-8b", "pc"),
    CARD: ("qwen2.5-32b", "rtx4090"),
    "Llama-70B on an M4 Max": ("llama-3.1-70b", "m4max"),
    STUDIO: ("deepseek-v3", "m3ultra"),
}
#: Hours a day that they work.
HOURS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0)
#: Services that they are held against, as :data:`analysis.deepseek.local_cost.SERVICES` calls them.
SERVICES = {V3: "V3’s service", "GPT-4o, August": "GPT-4o’s service"}
#: The small model of the division of work.
SMALL = "qwen-32b"
#: The large model of the division of work.
LARGE = "r1"
#: The test of the division of work.
TEST = "AIME 2024"
