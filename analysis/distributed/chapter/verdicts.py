"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

from analysis.distributed.allreduce import pairs, ring_volume
from analysis.distributed.chapter.inputs import fact
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number, amount

#: By how many times what a chip sends may grow and be called the same, and the share of the links' growth that counts
#: as growing with them.
SAME, COMMENSURATE = 1.1, 0.5


@rule(
    "DST-3",
    f"supported if what each chip sends grows at least {COMMENSURATE:g} times as much as the number of pairs; wrong if "
    f"it grows less than {SAME:g} times; partly otherwise",
)
def sharing_grows_with_the_links() -> Judgement:
    """DST-3: what each chip sends in a ring, for the two numbers of chips that the article names."""
    few, many = fact("economist-chips-few"), fact("economist-chips-many")
    links = pairs(many) / pairs(few)
    sent = ring_volume(1, many, 1) / ring_volume(1, few, 1)
    verdict = "wrong" if sent < SAME else "supported" if sent >= COMMENSURATE * links else "partly"
    numbers = {
        "few": Number(few, ".0f"),
        "many": Number(many, ",.0f"),
        "links": amount(links, how="Growth of the links: pairs among the many chips over pairs among the few"),
        "sent": Number(
            sent, ".2f", how="Growth of what a chip sends: by a ring all-reduce among the many over that among the few"
        ),
        "rounds": Number(
            (many - 1) / (few - 1), ",.0f", how="Growth of the rounds of a ring: chips less one, many over few"
        ),
    }
    because = (
        "From {few} chips to {many} the pairs grow {links} times; what each chip must send to share a gradient grows "
        "{sent} times, because a sum that goes round a ring does not use a link for each pair. The rounds of the ring, "
        "and with them its delays, grow {rounds} times: with the chips, not with the pairs."
    )
    return Judgement(verdict, because, numbers)
