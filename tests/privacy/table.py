"""All shapes of secrets that must be masked."""

from __future__ import annotations

from tests.privacy import clouds, credentials, files, forges, models, payments
from tests.privacy.shapes import Shape

SHAPES: tuple[Shape, ...] = (
    *models.MODELS,
    *clouds.CLOUDS,
    *forges.FORGES,
    *payments.CHAT,
    *payments.MAIL,
    *payments.PAYMENT,
    *payments.MONITORING,
    *payments.IDENTITY,
    *credentials.TOKENS,
    *credentials.HEADERS,
    *credentials.ADDRESSES,
    *credentials.COMMANDS,
    *credentials.PASSWORDS,
    *files.KEYS,
    *files.FILES,
)
