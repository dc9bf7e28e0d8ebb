"""Logs of requests without what was asked. `setup` sets them up, `redaction` takes secrets out."""
