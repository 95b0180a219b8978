# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/tickerbot \
 && /opt/tickerbot/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY storage storage
RUN /opt/tickerbot/bin/pip install --no-cache-dir --no-deps . \
 && /opt/tickerbot/bin/pip uninstall -q -y pip \
 && /opt/tickerbot/bin/python -OO -m compileall -q /opt/tickerbot/lib

FROM python:3.13-slim
# A fixed number, so that a mounted folder can be given to it: chown 10001 data
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tickerbot \
 && mkdir /data && chown tickerbot:tickerbot /data
# Without docstrings the bot takes 10 MiB less; what is compiled here need not be at each start
RUN python -OO -c "import compileall, re, sysconfig as s; compileall.compile_dir(s.get_path('stdlib'), quiet=2, rx=re.compile('/(test|tests|idlelib|lib2to3)/'))"
COPY --from=build /opt/tickerbot /opt/tickerbot
ENV PATH=/opt/tickerbot/bin:$PATH \
    PYTHONOPTIMIZE=2 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/tickerbot.db \
    LISTEN=0.0.0.0:8080
USER tickerbot
VOLUME /data
EXPOSE 8080
# Where the bot listens by its own rule: an empty LISTEN is its default. A connection to 0.0.0.0 or [::] ends up at home
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s \
  CMD ["python", "-c", "import http.client as h, os, sys; c = h.HTTPConnection(os.environ.get('LISTEN') or '127.0.0.1:8080', timeout=3); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["tickerbot"]
CMD ["run"]
