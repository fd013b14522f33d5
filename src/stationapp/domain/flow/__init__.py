"""The rows of the table of moves, one module per stretch of a case's life; `case_flow` puts them together."""
