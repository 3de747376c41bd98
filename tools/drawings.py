"""What is wrong with the drawn figures, at the width of a text column and of a phone: prints each fault.

A browser measures the letters and sees what stands behind them (``drawings.js``), so what is judged is the picture that
a reader gets. The kinds of fault:

===========  ==========================================================================================================
overlap      two texts touch: they share a line and less than three pixels lie between them
outside      a text is cut by the edge of the picture
across       a label in the plot runs across the line of an axis
shortened    a text ends with three dots because it had no room
struck       something of another colour stands behind more than :data:`STRUCK` of the length of a text. Lettering has a
             halo of paper, so that a thin line may cross it once
pale         the contrast of a text with what is behind it is under 4.5 to 1
faint        the contrast of a mark with the paper is under 3 to 1; grid, tracks of rows and bands are excepted
clipped      a mark goes on beyond the axes
edge         points in a row at the upper edge, as if they lay beyond it
tick         a tick of an axis has no label, where the others have one
unnamed      points have no name, where at least half of their siblings have one
twice        one name stands in a plot twice
coinciding   two lines of one dash pattern lie on each other for most of their length
alone        two series differ by nothing but their colour: not by shape, dash, filling, row or a name in their colour
===========  ==========================================================================================================

``python -m tools.drawings [ID…]`` lists them; one that is meant has its reason in :data:`MEANT`. A figure's id may be
cut short: ``market`` is all figures of the market. With ``--dark`` colours are those of the dark page.
"""

from __future__ import annotations

import base64
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from analysis import runs, topics
from analysis.kit import downloads, theme
from analysis.kit.experiments import cores
from tools import chromium

#: Share of the length of a text that may be crossed.
STRUCK = 0.04
WIDTHS = (downloads.WIDE, downloads.NARROW)

#: Faults that are meant: figure and kind, and why.
MEANT: dict[tuple[str, str], str] = {
    ("cnn-era-aligned", "edge"): "each contest begins with its whole first entry",
    ("cnn-era-coverage", "edge"): "an interval can cover the truth always, and no more often",
    ("cnn-era-recipes", "unnamed"): "of the recipes of a network the first and the last are named",
    ("deepseek-float8", "edge"): "errors as large as the product, which are not cut",
    ("deepseek-parameters", "alone"): "the parts of a bar follow each other as in the legend",
    ("deepseek-prices", "unnamed"): "each point has its name; one name ends beside the point of the next",
    ("deepseek-utilisation", "twice"): "DeepSeek published two shares, in two rows",
    ("distributed-compute", "clipped"): "the lines go on above the axis; no run lies there",
    ("distributed-compute", "unnamed"): "a run between two named ones has its name on a wide screen",
    ("distributed-one-gpu", "unnamed"): "the second seed in step lies on the first",
    ("distributed-step", "alone"): "what hides lies before the end of the step, what waits behind it",
    ("distributed-two-roads", "alone"): "the parts of a bar follow each other as the caption names them",
    ("market-forecast-error", "clipped"): "the curve goes on below the axis; no datum lies there",
    ("market-hour", "clipped"): "the curve goes on above the axis; no datum lies there",
    ("market-stack", "unnamed"): "of the points of a line the last is named",
    ("market-two-futures", "clipped"): "the curve goes on below the axis; no datum lies there",
    ("scaling-repairs", "unnamed"): "one label says both ends of a pair",
}


class Fault(NamedTuple):
    """One fault of a drawing."""

    figure: str
    width: int
    kind: str
    what: str

    @property
    def meant(self) -> str:
        """Why the fault is none, or an empty text."""
        return MEANT.get((self.figure, self.kind), "")

    def __str__(self) -> str:
        return f"{self.figure} at {self.width} pixels: {self.kind}: {self.what}"


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def limits(dark: bool = False) -> dict[str, Any]:
    """What counts as a fault, and the colours that are no series: grid, reference, lettering."""
    of = {name: _rgb(colour.dark if dark else colour.light) for name, colour in theme.PALETTE.items()}
    return {
        "struck": STRUCK,
        "text": 4.5,
        "mark": 3.0,
        "near": 56,  # pixels from a name to its point
        "coinciding": 0.6,  # share of a line's length
        "touching": 2.5,  # pixels between lines that count as one
        "edge": 24,  # pixels of the strip at the upper edge, and how many points of one height are a row
        "pile": 4,
        "grid": of["grid"],
        "grounds": [of["grid"], of["paper"]],
        "plain": [of["grid"], of["theory"], of["ink"]],
    }


def in_the_dark(drawn: str) -> str:
    """Swap the palette of a drawing as the page's style sheet does."""
    for colour in theme.PALETTE.values():
        drawn = drawn.replace(colour.light, colour.dark)
    return drawn


class Judge:
    """A page of a running Chromium in which drawings are judged.

    Parameters
    ----------
    browser : playwright Browser
    """

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 900, "height": 1400})
        cuts = {400: "Regular", theme.BOLD: "SemiBold"}
        faces = "".join(
            f'@font-face {{ font-family: "Book Sans"; font-weight: {weight}; src: url(data:font/ttf;base64,'
            f"{base64.b64encode((downloads.FONTS / f'BookSans-{name}.ttf').read_bytes()).decode()}) }}"
            for weight, name in cuts.items()
        )
        self.page.set_content(f'<style>{faces} body {{ margin: 0 }}</style><div id="host"></div>')
        self.page.add_script_tag(path=str(Path(__file__).with_suffix(".js")))
        self.page.evaluate(
            "weights => Promise.all(weights.map(w => document.fonts.load(`${w} 15px Book Sans`)))", [*cuts]
        )

    def faults(self, figure: str, width: int, drawn: str, dark: bool = False) -> list[Fault]:
        """The faults of a drawing, those that are meant as well.

        Parameters
        ----------
        figure : str
            Its id.
        width : int
            At which it was drawn.
        drawn : str
            The SVG.
        dark : bool
            Whether to judge it in the colours of the dark page.
        """
        picture = in_the_dark(drawn) if dark else drawn
        found = self.page.evaluate("([drawn, limits]) => judge(drawn, limits)", [picture, limits(dark)])
        return [Fault(figure, width, fault["kind"], fault["what"]) for fault in found]


def _draw(task: tuple[dict[str, Any], int]) -> str:
    return downloads.svg(*task)


def drawings(specs: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """Draw figures at both widths, one a core."""
    tasks = [(identity, width) for identity in specs for width in WIDTHS]
    with ProcessPoolExecutor(cores()) as pool:
        drawn = pool.map(_draw, [(specs[identity], width) for identity, width in tasks], chunksize=8)
        yield from ((identity, width, svg) for (identity, width), svg in zip(tasks, drawn, strict=True))


def specs(named: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """The figures of the book whose ids begin with one of the names; all of them without."""
    chosen = [identity for identity in topics.figures() if identity.startswith(tuple(named) or "")]
    drawn = {topic: runs.run(topic).specs for topic in dict.fromkeys(map(topics.of_figure, chosen))}
    return {identity: drawn[topics.of_figure(identity)][identity] for identity in chosen}


def main(arguments: list[str]) -> int:
    """List the faults; status 1 if there are any that are not meant."""
    from playwright.sync_api import sync_playwright

    dark = "--dark" in arguments
    chosen = specs([argument for argument in arguments if argument != "--dark"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.installed(), args=chromium.FLAGS)
        judge = Judge(browser)
        found = [fault for drawing in drawings(chosen) for fault in judge.faults(*drawing, dark)]
        browser.close()
    for fault in sorted(found, key=lambda fault: (bool(fault.meant), fault.kind, fault.figure)):
        print(f"{fault} (meant: {fault.meant})" if fault.meant else fault)
    counts = Counter(fault.kind for fault in found if not fault.meant)
    said = ", ".join(f"{kind} {count}" for kind, count in counts.most_common()) or "none"
    print(f"{len(chosen)} figures at {' and '.join(map(str, WIDTHS))} pixels; faults: {said}")
    return bool(counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
