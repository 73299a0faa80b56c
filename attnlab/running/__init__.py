"""Training a study in the foreground, for the command line and for Python: progress and Ctrl-C."""
