"""Past sales from a file: read and judged by pure rules, planned whole, then posted in chunks."""
