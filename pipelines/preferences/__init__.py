"""The preference set: its rows and how they leave the project."""
