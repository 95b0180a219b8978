# noqa: INP001  it lies on the path itself
"""On the path of a bot that is measured: what only the tools of development bring is not there. structlog and Mako load
rich and Pygments wherever they find them, which takes nine megabytes."""

import sys

for name in ("pygments", "rich"):
    sys.modules[name] = None  # type: ignore[assignment]  # an import then fails
