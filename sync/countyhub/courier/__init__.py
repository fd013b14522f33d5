"""Sealed files that come on sticks, or through a carrier's network, and the answers that go back."""
