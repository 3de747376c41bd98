"""Published figures on scaling laws that contradict their own table, their source or arithmetic."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number, amount
from analysis.scaling.allocation import (
    HOFFMANN_SIZES,
    allocation_exponents,
    compute_optimal_allocation,
    kaplan_allocation,
    llama3_allocation,
)
from analysis.scaling.chapter import inputs
from analysis.scaling.inference import (
    FLOP_PER_PARAMETER_AND_TOKEN_READ,
    Lifetime,
    chinchilla_model,
    minimise_lifetime_compute,
)
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, published_law
from analysis.scaling.precision import kumar_law, turning_points


@erratum("hoffmann-table-a3-175b")
def table_a3() -> Erratum:
    """The compute of a row against six times its size times its tokens."""
    fact = facts.load("scaling")
    size, row = HOFFMANN_SIZES["175b"], "hoffmann-tablea3-175b"
    printed, tokens = (fact[f"{row}-{what}-approach-3"].value for what in ("flop", "tokens"))
    spent = FLOP_PER_PARAMETER_AND_TOKEN * size * tokens
    return Erratum(
        title="A row whose compute has lost a power of ten",
        source="hoffmann2022",
        locator="Table A3, approach 3, row of 175 billion parameters",
        claim="Training {size} parameters on {tokens} tokens takes {printed} FLOP.",
        finding="At {each} FLOP for each parameter and token, as the paper counts, it takes {recomputed}.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, spent, 0.01e24, slack=0.01 * spent),
        numbers={
            "size": amount(size, how="Parameters of the row: size of model that the table names"),
            "tokens": amount(tokens, how="Tokens of the row: as the table asks for by the third approach"),
            "each": Number(
                FLOP_PER_PARAMETER_AND_TOKEN,
                "words",
                how="FLOP for a parameter and token: a count of additions and multiplications, forward "
                "and backward, as the paper has it",
            ),
            "printed": Number(printed, ".2sci"),
            "recomputed": Number(
                spent,
                ".2sci",
                how="Compute of the row, recomputed: FLOP for a parameter and token times parameters times tokens",
            ),
        },
    )


def _text_against_table(size: str) -> Erratum:
    """The compute that §3.4 asks for at a size, against the paper's own Table 3."""
    fact = facts.load("scaling")
    flop, table = (fact[f"hoffmann-{place}-{size}-flop"].value for place in ("text", "table3"))
    tokens, listed = (fact[f"hoffmann-{place}-{size}-tokens"].value for place in ("text", "table3"))
    return Erratum(
        title=f"A text that its table contradicts, {size[:-1]} billion parameters",
        source="hoffmann2022",
        locator=f"section 3.4, text, against Table 3, row of {size[:-1]} billion parameters",
        claim="A model of {size} parameters should be trained with {flop} FLOP on {printed} tokens.",
        finding="Table 3 of the same paper asks for {recomputed} tokens and {listed} FLOP. Which of the two is "
        "meant, the "
        "paper does not say; the table has more digits and more rows.",
        correction="{printed} to {recomputed} in the text",
        sure="likely",
        holds=beyond_rounding(tokens, listed, 1e11, slack=0.5e11),
        numbers={
            "size": amount(
                HOFFMANN_SIZES[size], how="Parameters of the model: size that both the text and the table name"
            ),
            "flop": Number(flop, ".2sci", how="Compute by the text: FLOP that the section asks for at this size"),
            "listed": Number(table, ".2sci", how="Compute by the table: FLOP that the row of this size asks for"),
            "printed": amount(tokens, how="Tokens by the text: those that the section asks for at this size"),
            "recomputed": amount(listed, how="Tokens by the table: those that the row of this size asks for"),
        },
    )


@erratum("hoffmann-text-175b")
def text_175b() -> Erratum:
    """§3.4 on the size of GPT-3."""
    return _text_against_table("175b")


@erratum("hoffmann-text-280b")
def text_280b() -> Erratum:
    """§3.4 on the size of Gopher."""
    return _text_against_table("280b")


@erratum("hoffmann-times-gopher")
def times_gopher() -> Erratum:
    """A budget in multiples of Gopher's."""
    fact = facts.load("scaling")
    printed, budget = fact["hoffmann-text-1t-gophers"].value, fact["hoffmann-text-1t-flop"].value
    times = budget / fact["gopher-flop"].value
    return Erratum(
        title="A multiple of Gopher's compute that the two budgets do not give",
        source="hoffmann2022",
        locator="section 3.4, text, on a model of a trillion parameters",
        claim="A budget of {budget} FLOP is “over” {printed} times the compute of Gopher.",
        finding="Gopher's {gopher} FLOP, the unit of Table 3, go into it {recomputed} times. The row of Table 3 "
        "for that "
        "size has a budget of {listed} FLOP, which is {units} times.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=times < printed and fact["hoffmann-table3-1t-gophers"].value < printed,
        numbers={
            "budget": Number(budget, "power"),
            "gopher": Number(fact["gopher-flop"].value, ".2sci"),
            "printed": Number(printed, ".0f"),
            "recomputed": Number(
                times, ".0f", how="Budget in multiples of Gopher's: FLOP of the text over the training FLOP of Gopher"
            ),
            "listed": Number(fact["hoffmann-table3-1t-flop"].value, ".2sci"),
            "units": Number(fact["hoffmann-table3-1t-gophers"].value, ".0f"),
        },
    )


@erratum("hoffmann-exponent-interval")
def exponent_interval() -> Erratum:
    """An exponent outside the interval that is printed beside it."""
    fact = facts.load("scaling")
    low, high = (fact[f"hoffmann-a-approach-3-{end}"].value for end in ("low", "high"))
    exact = allocation_exponents(published_law("hoffmann-unrounded"))[0]
    return Erratum(
        title="An exponent outside its own interval",
        source="hoffmann2022",
        locator="Table 2, approach 3, exponent a",
        claim="The exponent is {printed}, with an interval from {low} to {high}.",
        finding="Before rounding the fit has {recomputed}. The refits for the interval had stopped early, as "
        "the fit had; "
        "the authors have confirmed it to those who asked.",
        correction="an interval from refits that reach the bottom",
        sure="certain",
        holds=exact > high + 0.0005,
        numbers={
            "printed": Number(fact["hoffmann-a-approach-3"].value, ".2f"),
            "recomputed": Number(
                exact,
                ".3f",
                how="Exponent before rounding: beta over the sum of alpha and beta, by the unrounded "
                "constants in the paper's source",
            ),
            "low": Number(low, ".3f"),
            "high": Number(high, ".3f"),
        },
    )


@erratum("hoffmann-equation-10")
def equation_10() -> Erratum:
    """What rounding the exponents of a formula does to its answer."""
    fact = facts.load("scaling")
    budget, printed = fact["gopher-flop"].value, fact["hoffmann-gopher-budget-approach-3"].value
    rounded, exact = (
        compute_optimal_allocation(budget, published_law(name)).N for name in ("hoffmann", "hoffmann-unrounded")
    )
    return Erratum(
        title="A formula whose rounding moves its answer",
        source="hoffmann2022",
        locator="equation 10, against figure 4",
        claim="By the third method the best model for Gopher's budget has {printed} parameters.",
        finding="Equation 10, with its exponents rounded to two digits, gives {recomputed}; before rounding it gives "
        "{exact}.",
        correction="exponents of {alpha} and {beta} in equation 10",
        sure="certain",
        holds=beyond_rounding(printed, rounded, 1e9) and not beyond_rounding(printed, exact, 1e9),
        numbers={
            "printed": amount(printed),
            "recomputed": Number(
                rounded / 1e9,
                ".1f",
                " billion",
                how="Best size by the rounded formula: parameters of least loss at Gopher's budget by "
                "equation 10 as printed",
            ),
            "exact": Number(
                exact / 1e9,
                ".1f",
                " billion",
                how="Best size by the unrounded formula: parameters of least loss at Gopher's budget by "
                "the constants in the paper's source",
            ),
            "alpha": Number(fact["hoffmann-alpha-unrounded"].value, ".4f"),
            "beta": Number(fact["hoffmann-beta-unrounded"].value, ".4f"),
        },
    )


@erratum("hoffmann-paraphrase")
def paraphrase() -> Erratum:
    """One paper's advice in the words of another."""
    fact = facts.load("scaling")
    one, ten = (kaplan_allocation(budget) for budget in (inputs.EARLY, inputs.STEP * inputs.EARLY))
    printed, times = fact["hoffmann-paraphrase-parameters"].value, float(ten.N / one.N)
    exponent, step = fact["kaplan-a"].value, inputs.STEP
    return Erratum(
        title="Another's advice that his own exponents do not give",
        source="hoffmann2022",
        locator="section 1, on Kaplan and colleagues",
        claim="For {step} times the compute Kaplan and colleagues advise {printed} times the parameters and "
        "{tokens} times "
        "the tokens.",
        finding="Their exponents {a} and {b} give {recomputed} and {theirs}.",
        correction="{printed} to {recomputed}, {tokens} to {theirs}",
        sure="likely",
        holds=beyond_rounding(printed, times, 0.1, slack=step ** (exponent + 0.005) - step**exponent),
        numbers={
            "step": Number(
                step, "words", how="Times the compute: the step from one budget to the other that the paper names"
            ),
            "printed": Number(printed, ".1f"),
            "tokens": Number(fact["hoffmann-paraphrase-tokens"].value, ".1f"),
            "a": Number(exponent, ".2f"),
            "b": Number(fact["kaplan-b"].value, ".2f"),
            "recomputed": Number(
                times,
                ".1f",
                how="Growth of the parameters by Kaplan's exponent: best size at the larger budget over "
                "that at the smaller",
            ),
            "theirs": Number(
                float(ten.D / one.D),
                ".1f",
                how="Growth of the tokens by Kaplan's exponent: compute over parameters at the larger "
                "budget over that at the smaller",
            ),
        },
    )


@erratum("hoffmann-mmlu")
def chinchilla_mmlu() -> Erratum:
    """A score in the abstract and in the table."""
    fact = facts.load("scaling")
    printed, table = fact["chinchilla-mmlu-abstract"].value, fact["chinchilla-mmlu"].value
    return Erratum(
        title="A score that the table has otherwise",
        source="hoffmann2022",
        locator="abstract, against table 6",
        claim="Chinchilla answers {printed} % of the questions of MMLU.",
        finding="Table 6 has {recomputed} %, and so has the text beside it.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=printed != table,
        numbers={"printed": Number(printed, ".1f"), "recomputed": Number(table, ".1f")},
    )


@erratum("besiroglu-floor")
def floor() -> Erratum:
    """One of five constants of a refit."""
    fact = facts.load("scaling")
    printed, own, other = (fact[name].value for name in ("besiroglu-e-printed", "besiroglu-e", "besiroglu-huber-e"))
    return Erratum(
        title="A floor that is another fit's",
        source="besiroglu2024",
        locator="equation of the refit; table 1",
        claim="The refit has a floor of {printed} nats.",
        finding="The notebook's fit, whose other four constants are printed, has {recomputed}; {other} is that "
        "of another "
        "fit in it, by the plain objective of Hoffmann and colleagues.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, own, 0.0001) and not beyond_rounding(printed, other, 0.0001),
        numbers={
            "printed": Number(printed, ".4f"),
            "recomputed": Number(own, ".4f"),
            "other": Number(other, ".4f"),
        },
    )


@erratum("llama3-allocation")
def llama3_law() -> Erratum:
    """A law and the optimum that is said to follow from it."""
    fact = facts.load("scaling")
    budget, printed = fact["llama3-flop"].value, fact["llama3-predicted-tokens"].value
    tokens = float(llama3_allocation(budget).D)
    exponent, coefficient = fact["llama3-token-exponent"].value, fact["llama3-token-coefficient"].value
    most = (coefficient + 0.005) * budget ** (exponent + 0.005)
    refit = fact["llama3-refit-coefficient"].value * budget ** fact["llama3-refit-exponent"].value
    return Erratum(
        title="An optimum that the law printed beside it does not give",
        source="llama3",
        locator="section 3.2.1",
        claim="By the law with exponent {exponent} and coefficient {coefficient} the best model for {budget} "
        "FLOP is trained "
        "on {printed} tokens.",
        finding="The law gives {recomputed}, and at most {most} if both constants are as large as rounding "
        "allows. A refit "
        "of the points of the paper's figure has {other} and {factor} and gives {refit}.",
        correction="({exponent}, {coefficient}) to ({other}, {factor})",
        sure="likely",
        holds=most < printed,
        numbers={
            "exponent": Number(exponent, ".2f"),
            "coefficient": Number(coefficient, ".2f"),
            "budget": Number(budget, "sci"),
            "printed": amount(printed),
            "recomputed": Number(
                tokens / 1e12,
                ".2f",
                " trillion",
                how="Tokens by the printed law: its coefficient times the budget to the power of its "
                "exponent, in trillions",
            ),
            "most": Number(
                most / 1e12,
                ".1f",
                " trillion",
                how="Most tokens that rounding allows: the law with both constants half a unit of their "
                "last digit higher, in trillions",
            ),
            "other": Number(fact["llama3-refit-exponent"].value, ".3f"),
            "factor": Number(fact["llama3-refit-coefficient"].value, ".3f"),
            "refit": Number(
                refit / 1e12,
                ".1f",
                " trillion",
                how="Tokens by the refit: its coefficient times the budget to the power of its exponent, in trillions",
            ),
        },
    )


@erratum("llama3-budget")
def llama3_budget() -> Erratum:
    """A budget and the model that is said to spend it."""
    fact = facts.load("scaling")
    size, tokens = fact["llama3-predicted-parameters"].value, fact["llama3-predicted-tokens"].value
    printed, spent = fact["llama3-flop"].value, FLOP_PER_PARAMETER_AND_TOKEN * size * tokens
    return Erratum(
        title="A model that costs more than its budget",
        source="llama3",
        locator="section 3.2.1",
        claim="For {printed} FLOP the best model has {size} parameters and {tokens} tokens.",
        finding="At {each} FLOP for each parameter and token these take {recomputed}, and attention comes on top.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, spent, 0.1e25, slack=0.002 * spent),
        numbers={
            "size": amount(size),
            "tokens": amount(tokens),
            "each": Number(
                FLOP_PER_PARAMETER_AND_TOKEN,
                "words",
                how="FLOP for a parameter and token: a count of additions and multiplications, forward and backward",
            ),
            "printed": Number(printed, ".2sci"),
            "recomputed": Number(
                spent,
                ".2sci",
                how="Compute of the best model: FLOP for a parameter and token times its parameters times "
                "its tokens, attention left out",
            ),
        },
    )


@erratum("sardana-million")
def sardana_million() -> Erratum:
    """A size that has lost two digits."""
    fact = facts.load("scaling")
    law, use = published_law("sardana"), fact["sardana-table2-1b-inference-tokens"].value
    best = minimise_lifetime_compute(chinchilla_model(1e9, law, use).loss, use, law)
    printed = fact["sardana-table2-1b-optimal-parameters-printed"].value
    return Erratum(
        title="A size that has lost two powers of ten",
        source="sardana2024",
        locator="table 2, row of a billion parameters",
        claim="For {use} tokens of use the best model has {printed} parameters.",
        finding="The least of training and use, by the paper's own constants, is at {recomputed}; the tokens of "
        "the row "
        "belong to this size.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, best.N, 1e4, slack=0.05 * best.N),
        numbers={
            "use": amount(use),
            "printed": Number(printed / 1e6, ".2f", " million"),
            "recomputed": Number(
                best.N / 1e6,
                ".0f",
                " million",
                how="Best size for training and use: model of the loss of the row's Chinchilla model that "
                "takes least FLOP for both, by the paper's law",
            ),
        },
    )


@erratum("sardana-training-flop")
def sardana_column() -> Erratum:
    """A column that holds more than its heading says."""
    fact = facts.load("scaling")
    tokens, use = (fact[f"sardana-table2-1b-{name}-tokens"].value for name in ("chinchilla", "inference"))
    run, printed = Lifetime(1e9, tokens, use, 0.0), fact["sardana-table2-1b-chinchilla-flop"].value
    training, both = run.training, run.total
    return Erratum(
        title="A column of training that holds use as well",
        source="sardana2024",
        locator="table 2, column of training FLOP, row of a billion parameters",
        claim="Training a Chinchilla model of a billion parameters takes {printed} FLOP.",
        finding="Training on the {tokens} tokens of the row takes {recomputed}; with {use} tokens of use it is {both}.",
        correction="a heading that names training and use",
        sure="certain",
        holds=beyond_rounding(printed, training, 0.01e20)
        and not beyond_rounding(printed, both, 0.01e20, slack=0.005e20),
        numbers={
            "tokens": amount(tokens),
            "use": amount(
                use,
                how="Tokens of use in the row: those that the model reads and writes over its life, as "
                "the table has them",
            ),
            "printed": Number(printed, ".2sci"),
            "recomputed": Number(
                training,
                ".2sci",
                how=f"Compute of training alone: {FLOP_PER_PARAMETER_AND_TOKEN:g} FLOP for each parameter "
                "and token of training",
            ),
            "both": Number(
                both,
                ".2sci",
                how="Compute of training and use: that of training and "
                f"{FLOP_PER_PARAMETER_AND_TOKEN_READ:g} FLOP for each parameter and token of use, "
                "added",
            ),
        },
    )


@erratum("kumar-equation-12")
def kumar_derivative() -> Erratum:
    """A derivative that has lost a factor, and found it again a line below."""
    law, bits = kumar_law(), max(inputs.BITS[1:])
    solved = float(turning_points(inputs.ROUNDED_MODEL, (bits,), law)["ratio"][0])
    exponent = facts.load("scaling")["kumar-gamma-d"].value + law.beta
    return Erratum(
        title="A derivative without its exponent",
        source="kumar2024",
        locator="appendix E.1, equation 12",
        claim="Where more data begin to hurt a rounded model, B D to the minus (beta plus one) equals the slope of the "
        "penalty; for {size} parameters at {bits} bits, by the paper's constants, at {printed} tokens a parameter.",
        finding="The derivative of B over D to the beta has the factor beta, which equation 13 has again; it gives "
        "{recomputed}.",
        correction="beta B for B in equation 12",
        sure="certain",
        holds=law.beta != 1,
        numbers={
            "size": amount(inputs.ROUNDED_MODEL, how="Parameters of the rounded model: the chapter's example"),
            "bits": Number(
                bits, "words", how="Bits of the rounded model: those of its weights in the chapter's example"
            ),
            "printed": Number(
                solved * law.beta ** (-1 / exponent),
                ".0f",
                how="Turning point by the equation as printed: tokens a parameter that solve it without "
                "the factor beta, by the paper's constants",
            ),
            "recomputed": Number(
                solved,
                ".0f",
                how="Turning point by the right derivative: tokens a parameter beyond which more training "
                "raises the loss, by the paper's constants",
            ),
        },
    )


@erratum("gundlach-growth-of-algorithms")
def growth_of_algorithms() -> Erratum:
    """One rate in two notebooks of one paper."""
    fact = facts.load("scaling")
    printed, training = fact["meek-inference-growth-algorithms"].value, fact["meek-growth-algorithms"].value
    return Erratum(
        title="One growth of algorithms with two values",
        source="gundlach2025code",
        locator="inference_analysis.ipynb, against meek_theory_neurips.ipynb",
        claim="Algorithms for training improve {printed} times a year.",
        finding="The notebook on training has {recomputed} for the same rate. Nothing in either says why.",
        correction="one value in both, or a word on the difference",
        sure="open",
        holds=printed != training,
        numbers={"printed": Number(printed, ".1f"), "recomputed": Number(training, ".1f")},
    )
