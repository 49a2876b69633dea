"""The demo shop: a small Indonesian pharmacy and minimarket, told from a seed.

`catalogue` says what it sells, `rhythm` when people come, `baskets` what they take, `story` what
happens each day (sales, orders, receipts, counts) and `posting` carries the story into the database
through the services. Everything before `posting` is plain Python: the same seed, the same story.
"""
