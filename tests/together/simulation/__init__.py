"""A county of real stations and a real hub on virtual time: every fault, every delay and every act from one seed."""
