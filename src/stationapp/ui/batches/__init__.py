"""The parts of the batches view: handing over and signing for."""
