"""One file per revision, each complete in itself."""
