"""The rules behind scripts/tidy.py, one module for each family."""
