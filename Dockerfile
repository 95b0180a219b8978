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
 && /opt/tickerbot/bin/pip uninstall -q -y pip

FROM python:3.13-slim
# A fixed number, so that a mounted folder can be given to it: chown 10001 data
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tickerbot \
 && mkdir /data && chown tickerbot:tickerbot /data
COPY --from=build /opt/tickerbot /opt/tickerbot
ENV PATH=/opt/tickerbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/tickerbot.db \
    LISTEN=0.0.0.0:8080
USER tickerbot
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['LISTEN'].rpartition(':')[2] + '/healthz', timeout=3)"]
ENTRYPOINT ["tickerbot"]
CMD ["run"]
