"""Serve: the workbench in the browser and the JSON API."""

from marsad.serve.app import create_app, serve

__all__ = ["create_app", "serve"]
