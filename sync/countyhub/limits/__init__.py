"""How much one address and one device may ask of the hub, and which requests are none at all."""
