"""The page: it draws and wires, and computes nothing."""
