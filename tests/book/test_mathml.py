"""Formulas are set when the book is built, and one that cannot be set is noticed."""

import re

import pytest

from book.extension.mathml import to_mathml


@pytest.mark.parametrize(
    "latex",
    [
        r"P(f) \lesssim 2^{-a K(f) - b}",
        r"\frac{1}{\sqrt{2\pi}} \int_{-\infty}^{\infty} e^{-z^2/2}\, dz",
        r"\begin{cases} \log_2 n, & x = 0^n \\ 0, & \text{otherwise}\end{cases}",
        r"a &= b \\ c &= d",
        r"\mathbb{1}[x] + \mathbf{w} + \mathcal{N}(0, \sigma_w^2)",
    ],
)
def test_formulas_of_the_field_are_set(latex):
    """What the chapters write comes out as MathML without a left-over command."""
    assert to_mathml(latex, display=True).startswith("<math") and "\\" not in to_mathml(latex, display=True)


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{1}",
        "x^",
        "{x",
        r"\left( x",
        r"\nonsense",
        r"\begin{aligned} a &= b \end{aligned}",
        "a_b_c",
        r"\begin{cases} x",
    ],
)
def test_a_broken_formula_is_refused(latex):
    """Nothing half-set reaches a page."""
    with pytest.raises(ValueError, match=r"\w"):
        to_mathml(latex)


def test_a_broken_formula_is_a_warning_of_the_build(build):
    """The build names the formula and the file."""
    built = build({"index.md": "# T\n\nA $\\nonsense{x}$.\n"})
    assert r"\nonsense" in built.warnings and "index.md" in built.warnings


def test_an_equation_has_its_number_and_its_link(build):
    """A labelled equation can be referred to."""
    built = build({"index.md": "# T\n\n$$\na = b\n$$ (law)\n\nSee {eq}`law` and $x$.\n"})
    html = built.page()
    assert 'id="equation-law"' in html and "(1)" in html and 'href="#equation-law"' in html
    assert not re.search(r'src="[^"]*mathjax', html, re.I) and html.count("<math") == 2
    assert not built.warnings
