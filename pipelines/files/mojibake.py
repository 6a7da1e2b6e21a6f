"""Repair text that was UTF-8 once and was read as another encoding: "boyfriendâ€™s".

ftfy finds it by its letters: a sequence is repaired only where it is UTF-8 if encoded back and
no likely text as it stands. Only its encoding repair is used: quotes, ligatures, width and HTML
entities stay as they are.
"""


def repair(text: str) -> str:
    """Return the text as it was meant; text that is right comes back as it is."""
    if text.isascii():
        return text
    import ftfy  # noqa: PLC0415  (only where there is something beyond ASCII)

    return ftfy.fix_encoding(text)
