"""Schedules in and out: a YAML file that people read and write, and the exports of other on-call tools."""
