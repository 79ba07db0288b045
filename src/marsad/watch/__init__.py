"""Watch: rules over incidents and pairs raise alerts that give their reasons."""

from marsad.watch.alerts import Alert, alerts

__all__ = ["Alert", "alerts"]
