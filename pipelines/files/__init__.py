"""Files that people bring: how their rows are read, whatever form they have."""
