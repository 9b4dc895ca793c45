"""What each operator does to what is known of its inputs.

A function takes the node and its inputs (None where left out) and gives the output, or raises `Refusal` with words that
follow the node's name.
"""
