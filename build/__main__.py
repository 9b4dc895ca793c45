"""`python -m build COMMAND`: the command line of the tool chain."""

import sys

from build.cli.main import main

sys.exit(main())
