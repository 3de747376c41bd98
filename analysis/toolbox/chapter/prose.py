"""Every number that the chapter on the toolbox prints in its sentences."""

from __future__ import annotations

from analysis.deepseek.config import published_architecture
from analysis.deepseek.flop import PASSES_OF_TRAINING
from analysis.deepseek.parameters import count_parameters
from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.kit.numbers import Number, amount, joined
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox import decoding, optimisers, sparsity
from analysis.toolbox.adapters import fine_tuning_memory, lora_parameters
from analysis.toolbox.attention_cost import (
    INDEX_DIM,
    INDEX_HEADS,
    WINDOW,
    decode_crossover,
    mean_tokens_read,
    pays_from,
    saving,
    tokens_read,
)
from analysis.toolbox.base import MODEL
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chapter.inputs import fact
from analysis.toolbox.chips import growth, line_of, trends
from analysis.toolbox.energy import CARD
from analysis.toolbox.few_shot import NEAREST, RANDOM, SIX, behind_pixels
from analysis.toolbox.fine_tuning import FULL
from analysis.toolbox.formats import FORMATS
from analysis.toolbox.promises import left_out, median_share, promises
from analysis.toolbox.pruning import FREE, OVERALL, PATTERNED, PATTERNED_METHODS, SPARSE_GPT, added_loss
from analysis.toolbox.rounding import largest_of, sine_snr, snr
from analysis.toolbox.rounding_runs import ONE_SCALE
from analysis.toolbox.targets import FAR, NEAR
from analysis.toolbox.tickets import KEPT, MASK_ALONE, RANDOM_MASK, TICKET, advantage, ticket_runs
from analysis.toolbox.transfer import multiplier, multipliers


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    return joined(
        _opening(),
        _change(),
        _bits(),
        _weights(),
        _looks(),
        _borrow(),
        _adapters(),
        _steps(),
        _machines(),
        _multiply(),
        _limits(),
    )


def _opening() -> dict[str, Number]:
    table = promises()
    how = f"What arrives of a promised {inputs.OF:.0f}: its power of the median share kept, in the logarithm, of "
    low, high = sorted(inputs.OF ** median_share(table, "step", each=each) for each in ("tool", "source"))
    return {
        "four": Number(inputs.OF, "words", how="A promised factor: chosen, to say what arrives of it"),
        "four-bytes": Number(inputs.OF ** median_share(table, "bytes"), ".1f", how=f"{how}stored bytes"),
        "four-step-low": Number(low, ".1f", how=f"{how}whole steps, each tool or each source once, the lesser"),
        "four-step-high": Number(high, ".1f", how=f"{how}whole steps, each tool or each source once, the greater"),
    }


def _change() -> dict[str, Number]:
    lines = decoding.lines()
    card = lines["card"] == inputs.PAIRED_CARD
    together, alone = lines[card].iloc[-1], lines[card].iloc[0]
    first = f"Constant of decoding on an {inputs.PAIRED_CARD}"
    bound, gain = fact("mxfp8-scout-bound"), 1 + fact("mxfp8-scout-gain") / 100
    return {
        "change-tools": Number(len(promises()), ".0f", how="Tools of the picture: a count of its rows"),
        "change-constant": Number(
            together["constant"], ".1f", how=f"{first}: least squares of time on bytes, nine points of three tables, ms"
        ),
        "change-constant-low": Number(together["constant_low"], ".1f", how=f"{first}: lower end at 95 %, ms"),
        "change-constant-high": Number(together["constant_high"], ".1f", how=f"{first}: upper end at 95 %, ms"),
        "change-alone-low": Number(
            alone["constant_low"], ".1f", how=f"{first}: lower end at 95 % from the first table, ms"
        ),
        "change-alone-high": Number(
            alone["constant_high"], ".1f", how=f"{first}: upper end at 95 % from the first table, ms"
        ),
        "change-rows": Number(len(decoding.published()), ".0f", how="Rows of the library's tables: a count"),
        "change-scout": Number(gain, ".2f", how="Gain of a training in eight bits: its printed per cent as a factor"),
        "change-scout-bound": Number(bound, ".2f"),
        "change-scout-share": Number(
            (gain - 1) / (bound - 1), ".0%", how="Share of the possible gain: gain less one over bound less one"
        ),
    }


def _bits() -> dict[str, Number]:
    few, block = inputs.FEW_BITS, inputs.BLOCK
    rows = load_result("toolbox-rounding")
    rows = rows.assign(added=rows["loss"] - rows["as_trained"]).set_index(["scheme", "bits", "seed"]).sort_index()
    coarse, best = (rows["added"][scheme, few] for scheme in (ONE_SCALE, f"GPTQ, block {block}"))
    law, halved = snr(few, block), snr(few, block // 2)
    ours = "Five of our networks, held-out text: "
    return {
        "bits-largest": Number(largest_of(block), ".1f", how="Largest of 32 sizes: root mean square, normal weights"),
        "bits-textbook-over": Number(
            sine_snr(few) - law, ".1f", how="What the textbook promises too much: its formula less the law, four bits"
        ),
        "bits-halved-gain": Number(
            halved - law,
            ".1f",
            how="Gain of blocks half as large: the law for 16 weights less that for 32, four bits",
        ),
        "bits-networks": Number(best.size, "words", how="Networks: those of the experiment, one a seed"),
        "bits-coarse": Number(coarse.mean(), ".2f", how=f"{ours}loss added by one scale a layer at four bits, mean"),
        "bits-best": Number(best.mean(), ".3f", how=f"{ours}loss added by GPTQ with blocks of 32 at four bits, mean"),
        "bits-best-low": Number(best.min(), ".3f", how=f"{ours}least of them"),
        "bits-best-high": Number(best.max(), ".3f", how=f"{ours}largest of them"),
        "bits-double-left": Number(inputs.fact("qlora-double-left"), ".3f"),
        "bits-sized-printed": Number(inputs.fact("torchao-int4-size"), ".2f"),
        "bits-scales-most": Number(
            max(each.bits for each in FORMATS.values()) - few,
            ".1f",
            how="Most that scales take: bits a weight, of six formats",
        ),
    }


def four_bit_gigabytes() -> float:
    """Gigabytes of the model whose sizes are published, with a scale and a zero of 16 bits for 64 weights of four."""
    read = count_parameters(published_architecture(inputs.SIZED)).active_without_embedding
    return read * FORMATS["INT4 + zero"].bits / 8 / 1e9


def _weights() -> dict[str, Number]:
    fact = facts.load("toolbox")
    added = added_loss(load_result("toolbox-pruning")).set_index(["method", "pattern", "kept"])
    loss = added["added"]
    prices = [loss[method, PATTERNED, inputs.HALF] / loss[method, FREE, inputs.HALF] for method in PATTERNED_METHODS]
    runs = ticket_runs(load_result("toolbox-tickets"), inputs.FULL_RATE)
    luck, luck_error = advantage(runs, TICKET, MASK_ALONE)
    mask, mask_error = advantage(runs, MASK_ALONE, RANDOM_MASK)
    told = "over five networks, of the experiment toolbox-pruning"
    paired = "paired over five seeds of the experiment toolbox-tickets"
    promise = fact["deep-compression-alexnet-pruning"].value * (
        fact["deep-compression-bits-before"].value / fact["deep-compression-bits-after"].value
    )
    places = fact["deep-compression-bits-after"].value + fact["deep-compression-index-bits"].value
    with_places = fact["deep-compression-alexnet-pruning"].value * fact["deep-compression-bits-before"].value / places
    half = f"with {inputs.HALF:.0%} of the weights kept, mean {told}"
    return {
        "weights-overall": Number(
            loss[OVERALL, FREE, inputs.HALF], ".3f", how=f"Loss added by one threshold for size: {half}"
        ),
        "weights-layered": Number(
            loss[SPARSE_GPT, FREE, inputs.HALF], ".3f", how=f"Loss added by SparseGPT layer by layer: {half}"
        ),
        "weights-fifth": Number(inputs.FIFTH, ".0%", how="Share of the weights kept where the order turns: chosen"),
        "weights-price-low": Number(
            min(prices),
            ".1f",
            how=f"Loss added by two of four over any half, least of three methods: means {told}",
        ),
        "weights-price-high": Number(
            max(prices),
            ".1f",
            how=f"Loss added by two of four over any half, most of three methods: means {told}",
        ),
        "weights-layer": Number(
            fact["twofour-layer-before"].value / fact["twofour-layer-after"].value,
            ".2f",
            how="Speed of a layer in training at 2:4: the full one's milliseconds over the pruned one's",
        ),
        "weights-layer-high": Number(fact["twofour-layer-speed-high"].value, ".2f"),
        "weights-step": Number(
            fact["twofour-step-before"].value / fact["twofour-step-after"].value,
            ".2f",
            how="Speed of a whole step of training at 2:4: the full one's milliseconds over the pruned one's",
        ),
        "weights-luck": Number(luck, ".3f", how=f"Loss that a ticket's first weights save against new ones: {paired}"),
        "weights-luck-error": Number(
            luck_error, ".3f", how=f"Half of the interval at 95 % of what first weights are worth: {paired}"
        ),
        "weights-mask": Number(mask, ".2f", how=f"Loss that a ticket's mask saves against a random one: {paired}"),
        "weights-mask-error": Number(
            mask_error, ".2f", how=f"Half of the interval at 95 % of what the mask is worth: {paired}"
        ),
        "weights-half": Number(1 - inputs.HALF, ".0%", how="Share of the weights that went: chosen"),
        "weights-tenth": Number(KEPT, ".0%", how="Share of the weights that tickets keep: chosen"),
        "weights-promise": Number(fact["twofour-promise"].value, "words"),
        "weights-stored-16": Number(
            sparsity.bits_per_weight(16) / 16, ".2%", how="Share stored at 2:4 of 16 bits: values and places"
        ),
        "weights-stored-8": Number(
            sparsity.bits_per_weight(8) / 8, ".1%", how="Share stored at 2:4 of 8 bits: values and places"
        ),
        "weights-alexnet": Number(
            fact["deep-compression-alexnet-before"].value / fact["deep-compression-alexnet-after"].value,
            ".1f",
            how="Times that AlexNet shrinks: megabytes before over after",
        ),
        "weights-alexnet-printed": Number(fact["deep-compression-alexnet-times"].value, ".0f"),
        "weights-vgg": Number(
            fact["deep-compression-vgg-before"].value / fact["deep-compression-vgg-after"].value,
            ".1f",
            how="Times that VGG-16 shrinks: megabytes before over after",
        ),
        "weights-vgg-printed": Number(fact["deep-compression-vgg-times"].value, ".0f"),
        "weights-alexnet-promise": Number(
            promise, ".1f", how="What pruning times shorter numbers would give: fewer weights times fewer bits"
        ),
        "weights-alexnet-places": Number(
            with_places,
            ".0f",
            how="With the bits of each place: fewer weights times full bits over both",
        ),
    }


def _looks() -> dict[str, Number]:
    pays = [pays_from(name, inputs.LOOKS_FACTOR) for name in inputs.LOOKED_AT]
    writing = {name: decode_crossover(name, inputs.LOOKS_TEXTS, bits=bits) for name, bits in inputs.LOOKED_AT.items()}
    means = {name: mean_tokens_read(L) / mean_tokens_read(L, "nsa") for name, L in inputs.NSA_LENGTHS.items()}
    long, ran = inputs.NSA_LENGTHS["64k"], {name: fact(f"nsa-forward-{name}") for name in ("8k", "64k")}
    wide = published_architecture(inputs.INDEXED)
    most = wide.num_attention_heads * (wide.head_dim + wide.v_head_dim) / (INDEX_HEADS * INDEX_DIM)
    how = f"Tokens of a text from which on a window of {WINDOW:,} saves a third of the whole forward pass: solved "
    how += "for each of six configurations; "
    cache = "Tokens of a text at which the caches of 32 texts weigh as much as the weights that are read: "
    return {
        "looks-saved": Number(
            1 - 1 / inputs.LOOKS_FACTOR, ".0%", how="Part of a forward pass that is saved: an example"
        ),
        "looks-pays-low": _two_digits(min(pays), f"{how}the shortest"),
        "looks-pays-high": _two_digits(max(pays), f"{how}the longest"),
        "looks-texts": Number(inputs.LOOKS_TEXTS, ".0f", how="Texts written side by side: an example"),
        "looks-writing-low": _two_digits(min(writing.values()), f"{cache}the smallest of six configurations"),
        "looks-writing-v3": _two_digits(
            writing["deepseek-v3"], f"{cache}DeepSeek-V3 in eight bits, experts chosen as if at random"
        ),
        "looks-nsa-last": Number(
            long / tokens_read(long, "nsa"), ".1f", how="Tokens that the last looks at: all over those that NSA reads"
        ),
        "looks-nsa-mean": Number(
            means["64k"], ".1f", how="Tokens looked at on average over a causal text: all over those that NSA reads"
        ),
        "looks-nsa-ran": Number(ran["64k"], ".1f", how="Gain of NSA's forward kernel at 65,536 tokens: as published"),
        "looks-nsa-length": Number(long, ",.0f", how="Tokens of the paper's longest text: the length of its kernels"),
        "looks-nsa-short": Number(
            inputs.NSA_LENGTHS["8k"], ",.0f", how="Tokens of the paper's shortest text: the length of its kernels"
        ),
        "looks-nsa-ran-short": Number(
            ran["8k"], ".1f", how="Gain of NSA's forward kernel at 8,192 tokens: as published"
        ),
        "looks-nsa-mean-short": Number(
            means["8k"], ".1f", how="Tokens looked at on average over a short text: all over those that NSA reads"
        ),
        "looks-dsa-length": Number(inputs.LOOKS_LONG, ",.0f", how="Tokens of a long text: an example"),
        "looks-dsa": Number(
            saving(inputs.INDEXED, inputs.LOOKS_LONG, "dsa"),
            ".1f",
            how="Factor of DeepSeek-V3's forward pass at 131,072 tokens: FLOP with full attention over those with DSA",
        ),
        "looks-dsa-most": Number(
            most, ".0f", how="Bound of what DSA saves in DeepSeek-V3: FLOP to look at a token over those of the indexer"
        ),
    }


def _two_digits(tokens: float, how: str) -> Number:
    return Number(float(f"{tokens:.2g}"), ",.0f", how=f"{how}; two digits")


def _borrow() -> dict[str, Number]:
    rows = multipliers(inputs.transfer_runs())
    own = rows[(rows["way"] == FULL) & (rows["symbols"] == inputs.LITTLE_DATA)].groupby("text")["times"]
    gap = behind_pixels(inputs.digits_runs()).set_index(["classifier", "description", "shots"])
    there = gap.loc[(NEAREST, SIX, inputs.FEW)]
    how = "Multiplier of own data in our networks: mean over the seeds of equivalent data over own data"
    return {
        **{
            f"borrow-{name}": Number(
                float(own.mean()[text]),
                ".0f",
                f" ({own.min()[text]:.0f} to {own.max()[text]:.0f})",
                how=f"{how}, to {text}, with the lowest and the highest",
            )
            for name, text in (("near", NEAR), ("far", FAR))
        },
        "borrow-few": Number(fact("gpt3-superglue-few"), ".0f"),
        "borrow-best": Number(fact("gpt3-superglue-best"), ".0f"),
        "borrow-gap": Number(
            100 * float(there["behind"]),
            ".1f",
            f" ± {100 * float(there['half']):.1f}",
            how="Points by which pixels recognise more than what was learned from six digits: mean over splits with "
            "its interval of 95 %, nearest mean",
        ),
        "borrow-random": Number(
            100 * float(gap.loc[(NEAREST, RANDOM, inputs.FEW), "behind"]),
            ".1f",
            f" ± {100 * float(gap.loc[(NEAREST, RANDOM, inputs.FEW), 'half']):.1f}",
            how="Points by which pixels recognise more than random features: mean over splits, interval of 95 %",
        ),
        "borrow-law-off": Number(
            fact("transfer-figure-1")
            / float(multiplier(fact("transfer-figure-1-parameters"), fact("transfer-figure-1-characters"))),
            ".1f",
            how="Distance of the law from its paper's first figure: the multiplier drawn there over the law's",
        ),
        "borrow-characters": Number(inputs.CHARACTERS, ".0f", how="Characters in place of one: the paper's example"),
        "borrow-300-text": Number(fact("transfer-300-text"), ".1f"),
        "borrow-300-code": Number(fact("transfer-300-code"), ".1f"),
    }


def _adapters() -> dict[str, Number]:
    full = fine_tuning_memory("llama-2-7b", "full")
    counts = {rank: lora_parameters("gpt-3-175b", rank, on=inputs.LORA_ON) for rank in (1, 8)}
    how = "Millions of parameters of GPT-3's adapters: rank times inputs and outputs of each adapted matrix"
    return {
        "adapters-bytes": Number(
            (full.total - full.activations) / full.trained,
            ".0f",
            how="Bytes a trained parameter: weight and gradient in 16 bits, a copy and two moments in 32",
        ),
        "adapters-most": Number(
            PASSES_OF_TRAINING / (PASSES_OF_TRAINING - 1), ".1f", how="Bound of LoRA's gain in arithmetic: 6 N over 4 N"
        ),
        "adapters-measured": Number(
            fact("lora-throughput") / fact("lora-throughput-full"),
            ".2f",
            how="Gain of LoRA in tokens a second: with it over full fine-tuning of GPT-3",
        ),
        "adapters-r1-printed": Number(fact("lora-parameters-r1") / 1e6, ".1f", how="Millions, as printed: rank 1"),
        "adapters-r8-printed": Number(fact("lora-parameters-r8") / 1e6, ".1f", how="Millions, as printed: rank 8"),
        "adapters-r1": Number(counts[1] / 1e6, ".2f", how=f"{how}, rank 1"),
        "adapters-r8": Number(counts[8] / 1e6, ".2f", how=f"{how}, rank 8"),
    }


def _steps() -> dict[str, Number]:
    runs = load_result("toolbox-optimisers")
    worth, low, high = optimisers.mean_interval(optimisers.compared(runs, inputs.ADAM_RATE)["worth"])
    untuned, *_ = optimisers.mean_interval(optimisers.compared(runs, inputs.UNTUNED)["worth"])
    sigma = inputs.singular_values()
    least, most = float(sigma.min()), float(sigma.max())
    told = "Worth of a step of Muon: Adam's steps to the same loss over Muon's"
    ends = "Singular values after five steps of the polynomial"
    model = LanguageModel(optimisers.WIDTH)
    wide = inputs.WIDE_ROWS
    more = "Operations of the polynomial: over 6 a parameter and symbol, those of a training step"
    return {
        "steps-range-low": Number(least, ".2f", how=f"{ends}: the least of those from a hundredth of the norm on"),
        "steps-range-high": Number(most, ".2f", how=f"{ends}: the greatest of those from a hundredth of the norm on"),
        "steps-from": Number(
            inputs.JUDGED_FROM, ".0%", how="Singular values that are judged: an assumption, share of the norm"
        ),
        "steps-inside": Number(
            inputs.share_in_range(), ".0%", how="Singular values inside the published range: share of those judged"
        ),
        "steps-printed-low": Number(fact("muon-range-low"), ".1f"),
        "steps-printed-high": Number(fact("muon-range-high"), ".1f"),
        "steps-claimed-low": Number(fact("optimisers-claimed-low"), ".1f"),
        "steps-claimed-high": Number(fact("optimisers-claimed-high"), ".0f"),
        "steps-large": Number(fact("optimisers-gain-large"), ".1f"),
        "steps-worth": Number(worth, ".2f", how=f"{told}, mean over five seeds that tuned nothing"),
        "steps-worth-low": Number(low, ".2f", how=f"{told}, lower end at 95 % over the seeds"),
        "steps-worth-high": Number(high, ".2f", how=f"{told}, upper end at 95 % over the seeds"),
        "steps-worth-again": Number(worth, ".1f", how=f"{told}, mean over five seeds, rounded"),
        "steps-worth-untuned": Number(untuned, ".1f", how=f"{told}, of an Adam at half its best rate"),
        "steps-extra": Number(optimisers.extra_flop_of(model), ".0%", how=f"{more} of our network"),
        "steps-extra-large": Number(
            optimisers.extra_flop(wide, wide, inputs.LARGE_BATCH),
            ".0%",
            how=f"{more} with 524,288 tokens through a matrix of 4,096 rows and columns",
        ),
    }


def _machines() -> dict[str, Number]:
    line, table, card = trends(inputs.CHIP_LINE), inputs.matrix_chips(), line_of([CARD]).iloc[0]
    watt = growth(table["date"], table["per_watt"])
    others = table[table["maker"] != inputs.OTHER_MAKER]
    other = growth(others["date"], others["per_watt"])
    watts = fact("lightmatter-power") + fact("lightmatter-light")
    stacks = [fact(name) for name in inputs.MEMORIES]
    return {
        "chip-times": Number(
            line.loc["bf16", "times"], ".0f", how="Growth of a chip's arithmetic: printed dense peak, B200 over V100"
        ),
        "chip-watt-times": Number(
            line.loc["per_watt", "times"], ".1f", how="Growth of a watt's arithmetic: peak over power, B200 over V100"
        ),
        "chip-ridge-times": Number(
            line.loc["ridge", "times"], ".1f", how="Growth of the ridge: peak over bandwidth, B200 over V100"
        ),
        "chip-count": Number(len(table), ".0f", how="Chips of three makers: a count of those with units for matrices"),
        "chip-watt": Number(
            watt.doubling, ".1f", how="Doubling time of a watt's arithmetic: least squares through all chips, years"
        ),
        "chip-watt-low": Number(watt.low, ".1f", how="The same, lower end: interval of 95 % by Student's t"),
        "chip-others": Number(
            other.doubling,
            ".1f",
            how="Doubling time of a watt's arithmetic: all chips but Google's, years",
        ),
        "chip-others-low": Number(other.low, ".1f", how="The same, lower end: interval of 95 % by Student's t"),
        "chip-others-high": Number(other.high, ".1f", how="The same, upper end: interval of 95 % by Student's t"),
        "chip-watt-high": Number(watt.high, ".1f", how="The same, upper end: interval of 95 % by Student's t"),
        "memory-times": Number(
            stacks[-1] / stacks[0],
            ".0f",
            how="Growth of a stack's bandwidth: HBM4 over HBM2, as their standards print it",
        ),
        "memory-printed": Number(stacks[-1], ",.0f"),
        "memory-count": Number(
            len(stacks), "words", how="Generations of stacked memory: a count of those that are held"
        ),
        "light-watt": Number(
            fact("lightmatter-tops") / watts,
            ".2f",
            how="Operations for each watt: printed rate over electric power and light",
        ),
        "light-card": Number(
            card["per_watt"], ".2f", how="Operations for each watt of an H100: printed dense peak in 16 bits over power"
        ),
        "door-printed": Number(fact("quantum-door"), ".0f"),
        "door-card": Number(
            fact("quantum-door-gpu") / fact("quantum-door"),
            ",.0f",
            how="Doors compared: that of a card over that of qubits",
        ),
        "quantum-models": Number(fact("bowles-models"), ".0f"),
    }


def _multiply() -> dict[str, Number]:
    rows = decoding.published().set_index(["model", "method"])
    plain, sparse = (rows.loc[("Llama-3-8B", name)] for name in ("bfloat16", "4-bit weights, 2:4"))
    one, two, both = (fact(f"sam-{name}-rate") / fact("sam-dense-rate") for name in ("int8", "twofour", "both"))
    counted = "half of 4 bits, two bits for each place and a scale of 16 bits for 64 weights, over 16"
    fewer = plain["size"] / sparse["size"]
    faster = sparse["speed"] / plain["speed"]
    images = "Faster segment-anything: images a second"
    product = "by 8 bits alone times by 2:4 alone"
    return {
        "multiply-size": Number(inputs.sparse_gigabytes(), ".2f", how=f"Size with 4 bits and 2:4, GB: {counted}"),
        "multiply-printed": Number(sparse["size"], ".2f", how="Printed size with 4 bits and 2:4: GB, in the table"),
        "multiply-bytes": Number(fewer, ".1f", how="Fewer bytes with 4 bits and 2:4: printed size before over after"),
        "multiply-promised": Number(16 / 4 * 2, ".0f", how="Promised by both: 16 over 4 bits, times two for 2:4"),
        "multiply-speed": Number(faster, ".2f", how="Faster with 4 bits and 2:4: printed speed after over before"),
        "multiply-sam-first": Number(one, ".2f", how=f"{images} with 8 bits over before"),
        "multiply-sam-second": Number(two, ".2f", how=f"{images} with 2:4 over before"),
        "multiply-sam": Number(both, ".2f", how=f"{images} with both over before"),
        "multiply-sam-product": Number(one * two, ".2f", how=f"Product of two speed-ups of one model: {product}"),
    }


def _limits() -> dict[str, Number]:
    mind = "What would change our mind, chosen: "
    return {
        "limits-left-out": Number(len(left_out()), "words", how="Tools left out of the first picture: a count"),
        "limits-parameters": amount(MODEL.parameters, how="Parameters of our network without its embedding: a count"),
        "mind-step": Number(inputs.MIND_STEP, ".1f", how=f"{mind}factor of a whole step or of an optimiser"),
        "mind-size": amount(inputs.MIND_SIZE, how=f"{mind}parameters at which an optimiser is compared"),
        "mind-door": Number(inputs.MIND_DOOR, "power", how=f"{mind}bits a second into a quantum computer"),
    }
