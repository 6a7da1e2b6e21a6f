"""Preference rows beside the stories: files, written sentences, categories, what leaves."""
