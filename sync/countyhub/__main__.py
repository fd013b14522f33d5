"""`python -m countyhub`."""

from __future__ import annotations

import sys

from countyhub.loading import loaded

with loaded():
    from countyhub.cli import main

sys.exit(main())
