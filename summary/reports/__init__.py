"""Reports: each is a form in the address, columns, and rows that add up to its last line."""
