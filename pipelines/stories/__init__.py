"""Where story families come from: the scenario library, its arms and its split."""
