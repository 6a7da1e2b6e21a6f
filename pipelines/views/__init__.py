"""What the page reads: questions to a project that change nothing and answer with plain values.

Lists come in pages of 25 by key, in the order of an index, so that 100,000 rows stay fast.
"""
