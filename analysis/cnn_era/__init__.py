"""The CNN era and its language-model twin."""
