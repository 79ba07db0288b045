"""Asking any OpenAI-compatible server: structured where it can, tolerant where not, patient, cached, counted."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marsad.errors import ModelError
from marsad.read.second.account import Account
from marsad.read.second.answers import Answer, parse, schema
from marsad.read.second.words import words

if TYPE_CHECKING:
    import httpx

Messages = Sequence[Mapping[str, str]]
_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504)
_FORMATS = ("json_schema", "json_object", None)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model server. `price_in`, `price_out`: money per million tokens; `per_minute`: requests at most, 0 for any.

    `key` goes into the Authorization header and nowhere else.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    tries: int = 4
    per_minute: float = 0.0
    max_tokens: int = 4096
    price_in: float = 0.0
    price_out: float = 0.0
    cache: Path | None = None


class Client:
    """Asks one endpoint; may be used as a context manager. `sleep` and `clock` are for the tests."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint, self._sleep, self._clock = endpoint, sleep, clock
        self._http = _http(endpoint)
        self._format = 0
        self._last = -1e9

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(self, messages: Messages, account: Account) -> Answer | None:
        """The answer to `messages`, asked once more where it was no JSON; None where none could be had.

        Raises ModelError E401 (no server there), E402 (it refuses us), E403 (the model or address is unknown to it).
        """
        kept = self._kept(messages)
        if kept is not None:
            account.cached += 1
            return parse(kept)
        said = list(messages)
        for last in (False, True):
            text = self._complete(said, account)
            answer = parse(text) if text else None
            if answer is not None and not (answer.cut_off and not last):
                self._keep(messages, text or "")
                return answer
            if last or text is None:
                return answer
            said = [
                *messages,
                {"role": "assistant", "content": text[:2000]},
                {"role": "user", "content": words()["again"]},
            ]
        return None

    def _complete(self, messages: Messages, account: Account) -> str | None:
        """The model's text, after as many tries as the endpoint allows; None where it stayed silent or broken."""
        for attempt in range(self.endpoint.tries):
            if attempt:
                account.retries += 1
            reply = self._post(messages, account)
            if reply is None:  # too slow, or the connection broke
                self._sleep(_pause(attempt, None))
            elif reply.status_code == 400 and self._format < len(_FORMATS) - 1:
                self._format += 1  # the server cannot hold a model to a schema: ask for less
            elif reply.status_code in _AGAIN:
                self._sleep(_pause(attempt, reply.headers.get("retry-after")))
            elif reply.status_code != 200:
                raise self._refused(reply)
            else:
                return self._text(reply, account)
        account.wrong.append(f"no answer after {self.endpoint.tries} tries")
        return None

    def _post(self, messages: Messages, account: Account) -> httpx.Response | None:
        import httpx

        self._wait()
        account.calls += 1
        body: dict[str, Any] = {
            "model": self.endpoint.model, "messages": list(messages), "temperature": 0,
            "max_tokens": self.endpoint.max_tokens,
        }  # fmt: skip
        if (kind := _FORMATS[self._format]) is not None:
            body["response_format"] = _format(kind)
        try:
            return self._http.post("chat/completions", json=body)
        except httpx.TimeoutException:
            return None
        except httpx.ConnectError as error:
            message = f"no model server answers at {self.endpoint.url}: {error}"
            raise ModelError("E401", message, "start it, or correct --model-url") from error
        except httpx.TransportError:
            return None

    def _refused(self, reply: httpx.Response) -> ModelError:
        told = reply.text.strip()[:200].replace("\n", " ")
        if reply.status_code in (401, 403):
            return ModelError(
                "E402",
                f"the model server refuses the key ({reply.status_code})",
                "check the variable that --model-key-from names",
            )
        return ModelError(
            "E403", f"the model server answers {reply.status_code}: {told}", "check --model-url and --model"
        )

    def _text(self, reply: httpx.Response, account: Account) -> str | None:
        try:
            document = reply.json()
            used = document.get("usage") or {}
            text = document["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, AttributeError):
            account.wrong.append("the server's reply was no chat completion")
            return None
        given, made = int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0)
        account.tokens_in += given
        account.tokens_out += made
        account.cost += (given * self.endpoint.price_in + made * self.endpoint.price_out) / 1e6
        return text if isinstance(text, str) else None

    def _wait(self) -> None:
        if self.endpoint.per_minute > 0:
            ready = self._last + 60.0 / self.endpoint.per_minute
            if (pause := ready - self._clock()) > 0:
                self._sleep(pause)
        self._last = self._clock()

    # -- the cache ----------------------------------------------------------------------------------------------------

    def _file(self, messages: Messages) -> Path | None:
        if self.endpoint.cache is None:
            return None
        asked = json.dumps(
            [self.endpoint.url, self.endpoint.model, self.endpoint.max_tokens, list(messages)], ensure_ascii=False
        )
        key = hashlib.sha256(asked.encode("utf-8")).hexdigest()
        return self.endpoint.cache / key[:2] / f"{key}.json"

    def _kept(self, messages: Messages) -> str | None:
        file = self._file(messages)
        if file is None or not file.exists():
            return None
        with suppress(ValueError, KeyError):  # a half-written or foreign file is as good as none: ask again
            return str(json.loads(file.read_text("utf-8"))["text"])
        return None

    def _keep(self, messages: Messages, text: str) -> None:
        file = self._file(messages)
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".part")
        half.write_text(json.dumps({"text": text}, ensure_ascii=False), "utf-8")
        half.replace(file)


def _http(endpoint: Endpoint) -> httpx.Client:
    try:
        import httpx
    except ImportError as error:
        raise ModelError("E404", "asking a model server needs httpx", "install marsad[llm]") from error
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    base = endpoint.url.rstrip("/") + "/"
    if not base.startswith(("http://", "https://")):
        raise ModelError("E405", f"no address of a model server: {endpoint.url!r}", "write http://127.0.0.1:11434/v1")
    return httpx.Client(base_url=base, timeout=endpoint.timeout, headers=headers)


def _format(kind: str) -> dict[str, Any]:
    if kind == "json_schema":
        return {"type": kind, "json_schema": {"name": "reading", "schema": schema(), "strict": False}}
    return {"type": kind}


def _pause(attempt: int, asked: str | None) -> float:
    """Seconds to wait: what the server asks for, else 1, 2, 4 ..., never above a minute."""
    with suppress(TypeError, ValueError):
        return min(60.0, max(0.0, float(asked)))  # type: ignore[arg-type]
    return min(60.0, 2.0**attempt)
