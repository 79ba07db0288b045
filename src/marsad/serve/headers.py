"""Headers that go with every answer, whoever asks and whatever it says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
UNASKED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS: Mapping[str, str] = MappingProxyType({
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNASKED),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
})  # fmt: skip
STRICT = "max-age=31536000; includeSubDomains"
SAVED = {
    "application/json": 'attachment; filename="api.json"',
    "application/x-ndjson": 'attachment; filename="api.jsonl"',
}


def headers_for(*, path: str, secure: bool, kind: str) -> dict[str, str]:
    """What an answer of the media type `kind` carries at `path`; `secure` where it was asked for over TLS."""
    told = dict(HEADERS)
    if secure:
        told["Strict-Transport-Security"] = STRICT
    if path.startswith("/api/"):
        told["Cache-Control"] = "no-store"
        told |= {"Content-Disposition": saved} if (saved := SAVED.get(kind.partition(";")[0].strip())) else {}
    return told
