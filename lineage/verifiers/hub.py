"""Models and data sets on the Hugging Face hub: one HEAD request, no token, no redirect."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from urllib.parse import quote, urlsplit

from lineage.verifiers.looking import Outcome, Seen, Where

_SECONDS = 20
_OWN = frozenset({"127.0.0.1", "localhost", "::1"})


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: what is somewhere else is told."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """No request is made for a redirect."""
        del args, kwargs


def look(place: str, where: Where) -> Seen:
    """Looks whether ``hf://models/NAME`` or ``hf://datasets/NAME`` is published."""
    del where
    kind, _, name = place.removeprefix("hf://").partition("/")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    parts = urlsplit(endpoint)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _OWN):
        return Outcome.UNTOLD, f"HF_ENDPOINT is no https address: {endpoint}"
    if kind not in {"models", "datasets"} or not name:
        return Outcome.UNTOLD, "this is no name on the hub"
    url = f"{endpoint}/api/{kind}/{quote(name)}"
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - https, or our own machine
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=_SECONDS) as answer:
            return Outcome.PRESENT, f"HEAD {url}: {answer.status}"
    except urllib.error.HTTPError as error:
        told = f"HEAD {url}: {error.code}"
        if error.code == 404:
            return Outcome.ABSENT, told
        if 300 <= error.code < 400:
            return Outcome.PRESENT, f"{told}, moved to {error.headers.get('Location', 'somewhere')}"
        if error.code == 401:
            return Outcome.UNTOLD, f"{told}: it is private, or not there"
        return Outcome.UNTOLD, told
    except OSError as error:
        return Outcome.UNTOLD, f"HEAD {url}: {error}"
