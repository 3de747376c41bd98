"""The families of models that can be counted, each a declaration.

``model_type`` in a ``config.json`` names one. How to add another stands in ``CONTRIBUTING.md``; what a declaration can
say, at :class:`analysis.deepseek.family.Family`. Each is held by ``tests/deepseek/checkpoints``.

>>> from analysis.deepseek.families import FAMILIES
>>> "gpt2" in FAMILIES
True
"""

from analysis.deepseek.families import dense, early, hybrid, latent, later, mixtures, own, recent, recurrent, remote
from analysis.deepseek.family import completed

#: By ``model_type``, each complete. What a declaration does not say is that of the family it is like.
FAMILIES = completed(
    dense.FAMILIES
    | mixtures.FAMILIES
    | latent.FAMILIES
    | early.FAMILIES
    | recurrent.FAMILIES
    | own.FAMILIES
    | recent.FAMILIES
    | later.FAMILIES
    | hybrid.FAMILIES
    | remote.FAMILIES
)
