"""Programs that measure attnlab beside a baseline, in one run, and print ratios."""
