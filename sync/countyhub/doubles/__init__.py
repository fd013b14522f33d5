"""Possible double applications: who asks for the same item twice, found without keeping who it is."""
