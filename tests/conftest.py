"""What every test may use. In CI a skipped test is a failed one."""

import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.standin",
    "tests.fixtures.newssite",
    "tests.fixtures.browser",
    "tests.fixtures.running",
    "tests.fixtures.talking",
]

# A busy machine is no failure of a property; in CI the examples are the same each time. EXAMPLES=5000 looks further
settings.register_profile(
    "ours",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)
settings.load_profile("ours")
# Else each exception in the log is drawn by rich, with all that stands around it: a third of a second
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_configure(config):
    """Coverage measures the processes that run tests, and not those that tests start: it would double their time."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


def pytest_collection_modifyitems(items):
    """Marks what `-m` can choose by: tests of both databases when on PostgreSQL, and tests in Chromium."""
    for item in items:
        if hasattr(item, "callspec") and item.callspec.params.get("dialect") == "postgresql":
            item.add_marker("postgresql")
        if "browser" in item.fixturenames:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI everything is installed, so a skip hides something."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be: {item.nodeid}: {report.longrepr}"
    return report
