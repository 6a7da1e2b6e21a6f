"""Stories that people bring: from GenMO, the paper's own data, tables, plain text, or pasted."""
