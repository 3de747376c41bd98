"""Training apart: what machines must tell each other, how seldom and how briefly they can, and what that costs.

Sizes N are in parameters, bandwidths in Gbit/s, times in seconds, losses in nats a token. Every module says more than
what is gathered here. Section of the chapter, module, figures (``distributed-…``):

"""

__all__: list[str] = []
