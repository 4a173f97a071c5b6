"""`python -m ganima`, and what torchrun starts."""

import sys

from ganima.cli.main import main

sys.exit(main())
