"""Published figures of the CNN era that contradict their own table, their source or arithmetic."""

from __future__ import annotations

from analysis.cnn_era.networks import mobile
from analysis.cnn_era.progress import access, hernandez
from analysis.cnn_era.progress.series import records_of
from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number

_TABLE = "efficiency_sota.csv, commit 0172cff"


@erratum("hernandez-resnet-factor")
def resnet_factor() -> Erratum:
    """A factor against the two computes in its own columns."""
    row = hernandez.published_table().set_index(["level", "model"]).loc[("ResNet-50", "EfficientNet-B1")]
    cells = hernandez.contradictions().query("cell == 'reduction factor'")
    return Erratum(
        title="A factor that is not the quotient of its columns",
        source="aiefficiency",
        locator=f"{_TABLE}, level ResNet-50, row EfficientNet",
        claim="To the accuracy of ResNet-50, EfficientNet takes {printed} times less compute.",
        finding="The computes in the same column, {later} after {first} teraflop/s-days, give {recomputed} times, and "
        "rounding does not explain it. We assume that the computes are right; the table does not say which cell is "
        "mistaken.",
        correction="{printed} to {recomputed}, or another compute",
        sure="likely",
        holds=row.name in [(cell.level, cell.model) for cell in cells.itertuples()],
        numbers={
            "first": Number(
                row["compute"] * row["factor"],
                ".0f",
                how="Compute of ResNet-50 to its own accuracy: as the table's column has it, in teraflop/s-days",
            ),
            "later": Number(
                row["compute"],
                ".2f",
                how="Compute of EfficientNet to ResNet-50's accuracy: as the table's column has it, in teraflop/s-days",
            ),
            "printed": Number(
                row["printed_factor"],
                ".0f",
                how="Factor as printed: the reduction of compute in the table's row of EfficientNet",
            ),
            "recomputed": Number(
                row["factor"], ".1f", how="Factor from the column: compute of ResNet-50 over that of EfficientNet"
            ),
        },
    )


@erratum("hernandez-dates")
def dates() -> Erratum:
    """Dates against the month that begins each arXiv number."""
    cells = hernandez.contradictions().query("cell == 'date'")
    linked = int(hernandez.published_table()["arxiv"].notna().sum())
    resnet = hernandez.published_table().set_index(["level", "model"]).loc[("ResNet-50", "ResNet-50")]
    months = (resnet["submitted"] - resnet["date"]).days / hernandez.DAYS_A_MONTH
    return Erratum(
        title="Dates that are not in the month of the paper they link to",
        source="aiefficiency",
        locator=f"{_TABLE}, column of dates",
        claim="Each row gives the day on which its paper appeared.",
        finding="In {wrong} of {linked} rows with a link to arXiv the month is another than the one in the number of "
        "the link; that of ResNet-50 is {months} months early. The compute to AlexNet's accuracy rests on one "
        "of them.",
        correction="the day of the first version on arXiv",
        sure="certain",
        holds=len(cells) > 0,
        numbers={
            "wrong": Number(
                len(cells),
                "words",
                how="Rows with another month than their link: those whose printed month is not the one in "
                "the arXiv number, counted",
            ),
            "linked": Number(linked, "words", how="Rows with a link to arXiv: counted in the whole table"),
            "months": Number(
                months,
                ".0f",
                how="Months by which ResNet-50's date is early: days from the printed date to the first "
                "version on arXiv over the days of a month",
            ),
        },
    )


@erratum("dawnbench-exchanged-prices")
def exchanged_prices() -> Erratum:
    """Two costs against hours times the list price of the machine that each entry names."""
    entries = access.swapped_prices().set_index("chip")
    m60, k80 = entries.loc["M60"], entries.loc["K80"]
    return Erratum(
        title="Two costs with each other's price of an hour",
        source="dawnbenchentries",
        locator="ImageNet/train, the two entries of 27 October 2017",
        claim="ImageNet took {printed} dollars on the machine with M60 and {other} on the one with K80.",
        finding="Divided by their hours the two paid {hourly} and {hourly_other} dollars an hour; in Amazon's list "
        "those were the prices of the other's machine. At its own price the first takes {recomputed} dollars, "
        "the second {mended}. We assume that both runs paid the list price; that both fit to the cent speaks for it.",
        correction="{printed} to {recomputed}, and {other} to {mended}",
        sure="likely",
        holds=all(
            beyond_rounding(row["cost_usd"], row["corrected"], 0.01) and abs(row["hourly"] - twin["list_price"]) < 0.005
            for row, twin in ((m60, k80), (k80, m60))
        ),
        numbers={
            "printed": Number(
                m60["cost_usd"], ",.2f", how="Cost of the entry on M60: in dollars, as DAWNBench lists it"
            ),
            "recomputed": Number(
                m60["corrected"],
                ",.2f",
                how="Cost of the M60 entry at list price: its hours times Amazon's hourly price of the "
                "machine that it names",
            ),
            "other": Number(k80["cost_usd"], ",.2f", how="Cost of the entry on K80: in dollars, as DAWNBench lists it"),
            "mended": Number(
                k80["corrected"],
                ",.2f",
                how="Cost of the K80 entry at list price: its hours times Amazon's hourly price of the "
                "machine that it names",
            ),
            "hourly": Number(
                m60["hourly"], ".2f", how="Dollars an hour of the entry on M60: its listed cost over its hours"
            ),
            "hourly_other": Number(
                k80["hourly"], ".2f", how="Dollars an hour of the entry on K80: its listed cost over its hours"
            ),
        },
    )


@erratum("dawnbench-blog-hours")
def blog_hours() -> Erratum:
    """A time and a cost printed side by side against the entry that has the cost."""
    fact = facts.load("cnn_era")
    hours, dollars = fact["dawnbench-blog-hours"].value, fact["dawnbench-blog-dollars"].value
    entry = access.swapped_prices().query("cost_usd == @dollars").iloc[0]
    return Erratum(
        title="A time and a cost of two different runs",
        source="dawnbenchblog2018",
        locator="section “Training: faster, cheaper, better”",
        claim="The first entry took {printed} hours for {dollars} dollars.",
        finding="The entry of that cost took {recomputed} hours by its log. The printed days are its own, the hours "
        "and minutes those of the other entry of that day; the speed-up printed beside them uses the right "
        "time.",
        correction="{printed} to {recomputed} hours",
        sure="certain",
        holds=beyond_rounding(hours, float(entry["hours"]), 0.1),
        numbers={
            "printed": Number(
                hours,
                ".1f",
                how="Hours of the first entry as printed: its days, hours and minutes in hours",
            ),
            "recomputed": Number(
                float(entry["hours"]), ".1f", how="Hours of the entry of that cost: as DAWNBench lists them"
            ),
            "dollars": Number(
                dollars, ",.2f", how="Cost of the first entry as printed: in dollars, in the organisers' account"
            ),
        },
    )


@erratum("hernandez-dawnbench-factor")
def dawnbench_factor() -> Erratum:
    """A fall of cost against the cheapest first and the cheapest last entry."""
    printed = facts.load("cnn_era")["hernandez-dawnbench-factor"].value
    records, dearer = records_of("imagenet-cost"), access.swapped_prices()["cost_usd"].max()
    before = records.between(last="2018-12-31").values[-1]
    return Erratum(
        title="A fall of cost that begins at the dearer of two first entries",
        source="hernandez2020",
        locator="heading of section 2.3",
        claim="The cost of ResNet-50's accuracy fell {printed} times on DAWNBench since 2017.",
        finding="From the cheaper entry of the first day to the record of September 2018 it fell {recomputed} times; "
        "the printed factor is the dearer entry over that record, {quotient}. The paper does not say how it "
        "counts.",
        correction="{printed} to {recomputed}, or say that the dearer entry is meant",
        sure="open",
        holds=beyond_rounding(printed, records.values[0] / before, 1)
        and not beyond_rounding(printed, dearer / before, 1),
        numbers={
            "printed": Number(
                printed, ".0f", how="Fall of the cost as printed: in the heading of the paper's section on DAWNBench"
            ),
            "recomputed": Number(
                records.values[0] / before,
                ".0f",
                how="Fall from the cheaper first entry: dollars of DAWNBench's first record over those of "
                "the record that stood at the end of 2018",
            ),
            "quotient": Number(
                dearer / before,
                ".1f",
                how="Fall from the dearer first entry: dollars of the dearer of the two first entries "
                "over the same record",
            ),
        },
    )


@erratum("keras-mobilenet-macs")
def keras_macs() -> Erratum:
    """One number of multiply-adds for four image sizes against the count of each."""
    table = mobile.printed_by_keras().set_index("size")
    smallest = table.loc[table.index.min()]
    least = (table["printed"] - table["counted"]).abs().min()
    return Erratum(
        title="One work for four sizes of image",
        source="keras2021",
        locator="documentation of keras.applications.mobilenet, second table",
        claim="MobileNet takes {printed} million multiply-adds at each of {sizes} image sizes.",
        finding="The work goes with the square of the side. Counted layer by layer the smallest image takes "
        "{recomputed} million and the largest {largest}; at each size the printed number is off by {least} million or "
        "more.",
        correction="one number a size, such as {recomputed} million for the smallest",
        sure="certain",
        holds=bool(table["printed"].nunique() == 1 and least > 1),
        numbers={
            "printed": Number(
                smallest["printed"],
                ".0f",
                how="Work of MobileNet as Keras prints it: multiply-adds in its documentation, in "
                "millions, the same at every size",
            ),
            "sizes": Number(
                len(table),
                "words",
                how="Image sizes in the documentation: those for which the table prints a work, counted",
            ),
            "recomputed": Number(
                smallest["counted"],
                ".0f",
                how="Work at the smallest size of image: multiply-adds of MobileNet for one image, "
                "counted layer by layer, in millions",
            ),
            "largest": Number(
                table["counted"].max(),
                ".0f",
                how="Work at the largest size of image: multiply-adds of MobileNet for one image, counted "
                "layer by layer, in millions",
            ),
            "least": Number(
                least,
                ".0f",
                how="Least distance of print and count: smallest difference between the two over all "
                "sizes of image, in million multiply-adds",
            ),
        },
    )
