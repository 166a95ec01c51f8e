"""What leaves for the operator's own tools, where they set one: errors (`sentry`) and how long answers took (`otlp`).
Both are off by default, and neither gets more than the pages here show.
"""
