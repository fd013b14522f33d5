"""The stations' PCs: enrolment, identity, revocation."""
