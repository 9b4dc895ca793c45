"""The studio in every state, at every size of window, light and dark: to be looked at, and for the documents."""
