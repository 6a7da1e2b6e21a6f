"""The quality gate: what has to be known of a wording before a model judges it."""
