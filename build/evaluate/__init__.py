"""How good the styles are: measures, a table and a contact sheet."""
