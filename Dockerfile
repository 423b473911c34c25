# syntax=docker/dockerfile:1
# The steps are deploy/install.sh's, which a test runs in a clean Debian folder too.
FROM debian:13-slim

COPY deploy/install.sh /source/deploy/
RUN /source/deploy/install.sh /source /opt/earshot packages
RUN /source/deploy/install.sh /source /opt/earshot user
ARG EARSHOT_STORE_DRIVER=
COPY requirements.txt constraints.txt /opt/earshot/
RUN /source/deploy/install.sh /source /opt/earshot python
COPY . /source
RUN /source/deploy/install.sh /source /opt/earshot code && rm -rf /source

USER earshot
WORKDIR /opt/earshot
ENV PATH=/opt/earshot/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    EARSHOT_STORAGE=/var/lib/earshot \
    EARSHOT_MODELS=/var/lib/earshot/models \
    EARSHOT_HOST=0.0.0.0
VOLUME /var/lib/earshot
EXPOSE 8501
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/readyz', timeout=5)"]
STOPSIGNAL SIGTERM
CMD ["python", "app.py"]
