"""What leaves for tools that the operator set: errors (`sentry`), how long answers took (`otlp`), and pages that were
opened by those who said yes to that (`relay`). All are off by default.
"""
