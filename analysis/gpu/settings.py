"""Settings that a measurement and its check have in common."""

#: Bytes that a transformer sees at once, and the number of different bytes.
CONTEXT, VOCABULARY = 256, 256
#: Dense BF16 FLOP a second of an H100 SXM (NVIDIA's data sheet).
PEAK_BF16 = 989e12
#: Length of the sums that are probed, and the place of the huge product.
PROBE = {"length": 1024, "huge": 512}
