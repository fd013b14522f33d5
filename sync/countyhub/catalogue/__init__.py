"""Changes of the catalogue on their way to publication, its history, and the workbook in which people edit it."""
