#!/bin/sh
# Keeps the way out of Jupyter Book 1 open: the same sources, built by the newest Sphinx alone.
set -eu
cd "$(dirname "$0")/.."
env=$PWD/.cache/newest-sphinx
test -x "$env/bin/python" || .venv/bin/python -m venv "$env"
"$env/bin/python" -m pip install -qq --upgrade --upgrade-strategy eager --editable . \
    jupytext latex2mathml myst-nb sphinx sphinx-external-toc sphinxcontrib-bibtex
.venv/bin/python -m book sphinx-check --python "$env/bin/python"
