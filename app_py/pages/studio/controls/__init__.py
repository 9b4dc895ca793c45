"""What the studio does about effects and the page's messages: one control for each noun."""
