"""The parts of the page of an account."""
