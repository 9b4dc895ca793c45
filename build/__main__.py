"""`python -m build COMMAND`: the command line of the tool chain."""

import sys

from build.cli import main

sys.exit(main())
