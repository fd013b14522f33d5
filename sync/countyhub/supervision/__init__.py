"""Supervision over the whole county (电子监察): the findings of every case, computed from the confirmed log."""
