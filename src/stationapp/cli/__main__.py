"""`python -m stationapp.cli` is the same as the `stationapp` command."""

import sys

from stationapp.cli.command_line import main

sys.exit(main())
