"""Hub to hub: a county's hub tells its city's all it confirmed, and the city's the province's, by the exchange."""
