"""Measurements on one graphics card: what the book otherwise only cites.

One call of at most 8.5 minutes on an H100 or H200; nothing is needed but this package and torch (``[gpu]``). Tables are
complete after every row, a crash costs one experiment only, and the committed ones (``analysis/data/results/gpu-*``)
carry card, driver, versions and the hash of the text. `measurements` declares what any processor can tell of each.

=====  =================  ==========================================================================================
 1     `chip`             products of matrices in twelve formats, copies, power: ``gpu-products``, ``gpu-power``
 2     `sums`             how a tensor core adds eight-bit products: ``gpu-fp8-sums``, ``gpu-fp8-probe``
 3     `isoflop`          transformers of several sizes at six budgets of equal compute: ``gpu-isoflop``
 4     `local_steps`      workers that synchronise every H steps: ``gpu-local-steps``, with ``-long`` and ``-curves``
 5     `decoding`         steps of writing text, beside the bound of memory: ``gpu-decoding``
=====  =================  ==========================================================================================

How to run
----------
The text of experiments 3 and 4 (200 MB of source code and documentation) is not shipped: ``get_text.sh FOLDER``
downloads the packages of ``text.json`` on Debian 12, and ``python -m analysis.gpu.build_text FOLDER/deb FOLDER/whl
text.bz2`` builds it, the same bytes each time. Then, where the card is::

    OUT=out python -m analysis.gpu --mode smoke                   # every path once, under two minutes
    OUT=out python -m analysis.gpu --mode full --seconds 505      # everything
    OUT=out LAB_LONG=1 LAB_RATE=0.00327 python -m analysis.gpu --mode full --only 4 --seconds 212
    OUT=out python -m analysis.gpu --mode full --only 5 --seconds 270
    python -m analysis.gpu.measurements out                       # takes the tables into the project

``--tiny`` runs every path without a card in five minutes (the model of Hopper's sums stands in for its tensor cores).

What the columns mean
---------------------
Losses are nats a byte; a FLOP is a multiplication or an addition; times are by the card's own events.

- ``gpu-isoflop``: N_blocks = 12 L d^2 parameters, N with the input and output matrices (both real products: the input
  is a one-hot product), D bytes, C = 6 N D, ``rate`` the peak learning rate of width 128, ``factor`` relative to
  0.004, ``copies`` trained side by side. Three or four learning rates at the three smallest budgets; from 10^14.5 FLOP
  on the rate follows their trend and most runs have one seed; 192 x 5 at 10^15.5 was skipped for time.
- ``gpu-fp8-sums``: relative error against the float64 product of the *rounded* matrices. ``mode``: fast (never
  promoted), slow (the library promotes), promoted (every 128 products, outside), bf16, fp32, block128 (``error_total``
  alone: against the matrices before rounding). ``outliers``: one channel in a hundred of the left matrix times 30.
  ``model_*``: the first 32 x 32 outputs beside `hopper_product`: its error, the share of equal numbers, the distance.
- ``gpu-fp8-probe``: log2 of huge over small. *cancel*: does a small product at a place survive between 256^2 and
  -256^2? *retained*: what is kept of one beside 256^2; *many*: of 1,023 of them; *ones*: a sum of ones over its truth.
- ``gpu-local-steps``: a transformer of 4.85 M parameters, 64 sequences a step shared among the workers, H = ``period``
  (0: synchronous), the outer step of DiLoCo (Nesterov 0.7, 0.9) or plain averaging. In 800 steps the outer momentum has
  no time to turn over: a trap, which says nothing about the method. Rates were tuned for the synchronous run alone.

The transformers: pre-norm, LayerNorm without parameters, rotary positions, GELU, 4 d hidden, no biases, context 256;
bfloat16 but for master weights, moments and loss; AdamW (0.9, 0.95, decay 0.1), clip 1, warm-up 4 %, cosine to zero;
hidden and output matrices learn at rate x 128 / width, the input matrix at 4 x rate.
"""
