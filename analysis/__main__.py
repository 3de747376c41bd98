"""``python -m analysis``."""

import sys

from analysis.kit import surroundings

if __name__ == "__main__":
    surroundings.settle()
    from analysis.cli import main

    sys.exit(main())
