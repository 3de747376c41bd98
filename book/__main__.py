"""``python -m book``."""

import sys

from analysis.kit import surroundings

if __name__ == "__main__":
    surroundings.settle()
    from book.cli import main

    sys.exit(main())
