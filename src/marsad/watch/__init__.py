"""Watch: rules over incidents, pairs and their series raise alerts that give their reasons."""

from marsad.watch.alert import Alert
from marsad.watch.alerts import alerts

__all__ = ["Alert", "alerts"]
