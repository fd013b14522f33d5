"""The USB courier at the station: sealed files out, answers in, other stations' files on."""
