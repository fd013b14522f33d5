"""The machine underneath: folders, secrets, clock, printers, logs."""
