"""Speed against the bare engine, run on purpose: `make bench`, or `python -m benchmarks NAME`."""
