"""The catalogue of every sentence that the pages say, `www/words/en.json`, and the translations made from it."""
