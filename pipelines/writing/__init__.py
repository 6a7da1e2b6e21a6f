"""A model writes story families: what it is asked, and what is read from its replies."""
