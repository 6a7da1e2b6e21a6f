"""Preference rows from elsewhere: their formats, what is checked and what is found in them."""
