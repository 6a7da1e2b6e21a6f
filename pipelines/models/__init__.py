"""Language models behind one small interface, whether they run here or on a server."""
