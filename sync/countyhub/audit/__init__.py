"""The audit: do station and hub hold the same of a mailbox, and if not, where do they differ?"""
