"""The messages between station and hub; knows neither side."""
