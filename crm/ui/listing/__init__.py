"""The parts of the page of records."""
