"""A worker process: `python -m attnlab.workers DESCRIPTOR`, started by `process.WorkerProcess`."""

import sys

from attnlab.workers.serving import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]))
