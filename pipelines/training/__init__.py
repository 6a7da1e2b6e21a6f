"""Train an adapter on the preference set, in a process that outlives the page and the studio."""
