"""Rules for recurrent operators: what repeats a known number of times is written out."""
