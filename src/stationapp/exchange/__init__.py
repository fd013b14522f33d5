"""The exchange with the county hub: outbox, engine, attachments."""
