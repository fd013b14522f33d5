"""Snapshots: what a mailbox makes visible at a position, in pages that never change."""
