"""The station client: one desktop application for village, township and county desks."""
