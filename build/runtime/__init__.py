"""The runtime assembler: pinned, hashed third-party files and the app_py wheel become `www/vendor/`."""
