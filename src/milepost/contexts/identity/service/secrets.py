"""Secrets made out of the installation's own, so that they need not be kept."""

import hashlib
import hmac


def derived_secret(secret: bytes, *parts: str | bytes) -> bytes:
    """Make 32 bytes that only this installation can make out of these parts."""
    mac = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        # Lengths first: no two lists of parts may be the same bytes.
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()
