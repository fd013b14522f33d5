"""Write `distribute.sql` anew from the tables of the program: `python sync/deploy/citus/make_ddl.py`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2] / "src")]

if __name__ == "__main__":
    from countyhub.citus import distribution

    (HERE / "distribute.sql").write_text(distribution(), encoding="utf-8")
