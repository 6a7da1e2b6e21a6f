"""The families of the Stories tab: where they come from, their lights, and one in full."""
