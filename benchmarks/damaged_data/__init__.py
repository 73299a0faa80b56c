"""Does any file that people could bring break attnlab? Thousands of damaged and hostile ones.

    python -m benchmarks.damaged_data [--inputs N] [--seed N] [--only KIND ...] [--quick]

Each is looked at and made into arrays, as `data inspect` and a training do. It must be usable, or
be refused in one sentence. What is written is looked for everywhere around the file, time is
counted for each, memory for the process. Exit code 1 if a promise is broken, with the file kept.
"""
