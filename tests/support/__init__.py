"""What the tests share: a static file server, the browser, and the runner of tests inside Pyodide."""
