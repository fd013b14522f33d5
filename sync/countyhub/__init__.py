"""The county hub: accepts, orders and distributes the stations' events."""
