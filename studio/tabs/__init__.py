"""The tabs, in the order of a study: stories, judgments, curate, train, metrics."""
