FROM milliard/shared
COPY collector.py /collector.py
ENTRYPOINT ["python", "/collector.py"]
HEALTHCHECK NONE
