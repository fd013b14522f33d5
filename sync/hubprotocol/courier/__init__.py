"""The courier: sealed files that carry an exchange on a USB stick. See sync/PROTOCOL.md, "The courier"."""
