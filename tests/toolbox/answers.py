"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}

# Fewer bits.

_STORED = (
    "def stored(block, scale, group=None, constant=0):\n    return {bits}\n"
    "def table():\n    return {{'NVFP4': stored(16, 8), 'MXFP4': stored(32, 8), 'Q4_0': stored(32, 16), "
    "'NF4': stored(64, 8, 256, 32)}}\n"
)
RIGHT["toolbox-stored"] = [
    # all bits of a block, then a share
    _STORED.format(bits="(4 * block + scale + (constant / group if group else 0)) / block"),
    "from analysis.deepseek.memory import bits_per_weight as bits\n"
    + _STORED.format(bits="bits(4, block, bits(scale, group or 0, constant))"),
]
WRONG["toolbox-stored"] = [
    (_STORED.format(bits="4 + scale"), "belongs to the whole block"),
    (_STORED.format(bits="4 + scale / 16"), "Use the block"),
    (_STORED.format(bits="4 + scale / block"), "constants of the scales"),
    (_STORED.format(bits="4 + scale / block + (constant / group if group else 0)"), "serves 256 scales"),
]
_BLOCK = (
    "from analysis import toolbox\ndef best_block(scale=8):\n"
    "    return max([8, 16, 32, 64, 128, 256, 512], key=lambda n: {left})\n"
)
RIGHT["toolbox-block"] = [
    # as the code that gives as much: bits of the code less those of the scale
    _BLOCK.format(left="toolbox.snr(4, n) / 6.02 - scale / n"),
]
WRONG["toolbox-block"] = [
    (_BLOCK.format(left="toolbox.snr(4, n)"), "smallest block makes least noise"),
    (_BLOCK.format(left="-scale / n"), "largest block has the cheapest"),
    (_BLOCK.format(left="toolbox.snr(4, n) - scale / n"), "subtract 6.02"),
    (_BLOCK.format(left="toolbox.snr(4, n) - 6.02 * 8 / n"), "Use the scale"),
]
