"""Market implications: models whose assumptions the reader can see and move."""
