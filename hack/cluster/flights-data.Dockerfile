# The files of examples/flights behind an address; the runner's image is only taken for its Python.
ARG BASE=datacontract-runner:dev
FROM ${BASE}
COPY *.csv /data/
WORKDIR /data
ENTRYPOINT ["python", "-m", "http.server", "8000"]
