"""Pure: `targets` who hears of which line · `wording` with which words · `timing` when."""
