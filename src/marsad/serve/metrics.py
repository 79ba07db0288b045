"""Figures for Prometheus. Labels are routes, methods and states: no names, ids or words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client import disable_created_metrics as leave_out_birthdays
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from marsad import __version__
from marsad.errors import MarsadError
from marsad.store.sheet import UNREAD
from marsad.store.tables import deliveries, job_items

if TYPE_CHECKING:
    from marsad.serve.desk import Desk

CONTENT = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Meters:
    """The figures of one server, in a registry of its own."""

    def __init__(self, desk: Desk) -> None:
        leave_out_birthdays()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ours: dict[str, Any] = {"registry": self.registry, "namespace": "marsad"}
        self._requests = Counter("http_requests", "Answers.", ("method", "route", "status"), **ours)
        self._seconds = Histogram("http_request_seconds", "Time of answers.", ("route",), buckets=BUCKETS, **ours)
        self._open = Gauge("http_requests_open", "Requests under way.", **ours)
        ProcessCollector(registry=self.registry)
        self.registry.register(_Desk(desk))

    def begun(self) -> None:
        """A request came in."""
        self._open.inc()

    def ended(self, method: str, route: str, status: int, took: float) -> None:
        """A request is answered. `took`: seconds."""
        self._open.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(took)

    def told(self) -> bytes:
        """All figures in Prometheus' text format. Looks into the store: seconds where it is slow."""
        return generate_latest(self.registry)


class _Desk(Collector):
    """What the desk and its store know of themselves, looked up when asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> list[Any]:
        """Nothing: else the figures would be taken once at the start."""
        return []

    def collect(self) -> Iterator[Any]:
        """The figures now. Those of a store that does not answer are left out."""
        info = GaugeMetricFamily("marsad_info", "The program.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from self._pool()
        try:
            self._desk.fresh()
            held = list(self._held())
        except (SQLAlchemyError, MarsadError):
            held = []
        yield _gauge("marsad_store_up", "Whether the store answers.", bool(held))
        yield from self._runs()
        yield from held

    def _runs(self) -> Iterator[Any]:
        runs = self._desk.runs
        counts = CounterMetricFamily("marsad_refresh_runs", "Runs that bring incidents up to date.", labels=["result"])
        for result, count in runs.results.items():
            counts.add_metric([result], count)
        yield counts
        yield CounterMetricFamily("marsad_refresh_seconds", "Time of these runs together.", value=runs.seconds)
        yield _gauge("marsad_refresh_running", "Whether such a run is under way.", runs.started is not None)
        yield _gauge("marsad_refresh_last_seconds", "How long the last one took.", runs.last)
        if runs.current is not None:
            age = time.monotonic() - runs.current
            yield _gauge("marsad_incidents_age_seconds", "Since incidents were last seen to be up to date.", age)

    def _pool(self) -> Iterator[Any]:
        pool: Any = self._desk.store.engine.pool
        if not hasattr(pool, "checkedout"):
            return
        connections = GaugeMetricFamily("marsad_database_connections", "Connections to the database.", labels=["state"])
        connections.add_metric(["used"], pool.checkedout())
        connections.add_metric(["idle"], pool.checkedin())
        yield connections
        yield _gauge("marsad_database_pool_size", "Connections that are kept.", pool.size())

    def _held(self) -> Iterator[Any]:
        now = self._desk.now()
        unread = np.count_nonzero(now.reports.alive & ((now.reports["flags"] & UNREAD) > 0)) if now.reports.size else 0
        yield _gauge("marsad_reports", "Reports in the index.", np.count_nonzero(now.reports.alive))
        yield _gauge("marsad_reports_unread", "Reports that are not read yet.", unread)
        yield _gauge("marsad_incidents", "Incidents in the index.", np.count_nonzero(now.incidents.alive))
        queues = GaugeMetricFamily("marsad_queue", "What waits to be done.", labels=["queue"])
        with self._desk.store.engine.connect() as connection:
            for name, test in {
                "deliveries": deliveries.c.state == "queued",
                "jobs": job_items.c.state == "waiting",
            }.items():
                count = connection.execute(select(func.count()).where(test)).scalar_one()
                queues.add_metric([name], count)
        yield queues


def _gauge(name: str, told: str, value: Any) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=float(value))
