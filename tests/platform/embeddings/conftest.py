"""Before numpy is imported: one thread computes, as in a server, however many the machine has."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
