"""`python -m ganima.jobs FOLDER`: the process of one job."""

import sys
from pathlib import Path

from ganima.jobs.run import run

if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
