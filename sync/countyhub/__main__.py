"""`python -m countyhub`."""

from __future__ import annotations

import sys

from countyhub.cli import main

sys.exit(main())
