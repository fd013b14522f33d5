"""Building blocks of a sheet of paper: pen, text, rows, tables, signatures, parts."""
