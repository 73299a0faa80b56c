"""The results of studies: from a plan and its rows to one frozen result.

`judge.judge` is the only road to a `StudyResult`. Every page, table, chart, file and claim reads
one; none of them works a verdict out for itself.
"""
