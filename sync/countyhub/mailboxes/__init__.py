"""Mailboxes: what each desk and each device must know, numbered without gaps and hash-chained."""
