"""Who is there: absences and the duty of the day, as stations told them."""
