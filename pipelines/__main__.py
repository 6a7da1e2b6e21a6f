"""`python -m pipelines STAGE --project DIR [settings] [--json]`."""

import sys

from pipelines.cli import main

if __name__ == "__main__":
    sys.exit(main())
