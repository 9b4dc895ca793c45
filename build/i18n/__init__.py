"""The catalogue of every sentence that the pages say, `www/i18n/en.json`, and the translations made from it."""
