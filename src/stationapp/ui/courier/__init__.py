"""Working by USB stick: one wizard each way, and the card that opens them."""
