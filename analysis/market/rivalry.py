r"""How often the weaker of two models is preferred, from the points that part them on a table of ratings.

Ratings of the kind that chess uses make a lead of d points an expected share of votes for the weaker of

.. math:: 1 / (1 + 10^{d / 400}),

half when they are level, a tenth at 382 points.

References
----------
Elo (1978), The rating of chessplayers, past and present; Chiang et al. (2024), Chatbot Arena, arXiv:2403.04132.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from analysis.kit.checking import finite, plain


def share_of_votes(lead: ArrayLike) -> Any:
    """Expected share of the votes for the one that is behind.

    Parameters
    ----------
    lead : float or array
        Points that it is behind; negative if it is ahead.

    Examples
    --------
    >>> [round(share_of_votes(lead), 2) for lead in (0, 100, 400)]
    [0.5, 0.36, 0.09]
    """
    return plain(1 / (1 + 10 ** (finite(lead, "a lead") / 400)))
