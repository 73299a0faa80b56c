"""What verdicts promise, measured on studies in which the truth is known: see `calibration`.

- `measured`: a line of what was promised and measured; draws studies in several processes
- `alarms`, `intervals`, `powers`, `same`, `precision`: the promises of the statistics
- `home`: a home whose runs are drawn instead of trained
- `paths`, `walks`: what people do who look, choose and look again, through such a home
"""
