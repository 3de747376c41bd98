"""``python -m analysis``."""

import sys

from analysis.kit import surroundings

if __name__ == "__main__":
    try:
        surroundings.settle()
        from analysis.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # while models load, which takes seconds on a slow machine
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
