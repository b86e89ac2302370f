# The files of examples/flights behind an address. BASE is any image with Python.
ARG BASE=python:3.12-slim-bookworm
FROM ${BASE}
COPY *.csv /data/
WORKDIR /data
USER 10001:10001
ENTRYPOINT ["python3", "-m", "http.server", "8000"]
