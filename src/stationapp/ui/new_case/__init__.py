"""The parts of the intake: finding the item, its guide, the applicant, the form, the materials, the receipt."""
