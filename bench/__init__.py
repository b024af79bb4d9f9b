"""How quick it is, beside the raw database in the same run: `python -m bench intake --db sqlite --cases 100000`."""
