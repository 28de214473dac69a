"""Catalogues of the texts that people see; `update` collects, merges and compiles them."""
