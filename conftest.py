"""The pytest door of the harness, for suites/ and for everybody who brings suites of their own."""

pytest_plugins = ["harness.pytest_plugin"]
