"""Accepting and ordering what devices push: chains, verdicts, confirmed events, cases."""
