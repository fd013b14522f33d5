"""Papers: domain data in, PDF out, from one explicit registry."""
