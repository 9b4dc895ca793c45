"""`python -m app_py`: the painter on the command line of a computer, by the same Python as in the page."""

import sys

from app_py.cli.main import main

sys.exit(main())
