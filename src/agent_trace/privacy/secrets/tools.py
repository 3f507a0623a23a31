"""Keys that people hold themselves: age, WireGuard-like text keys, tokens of developers' programs."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import inner, shape

SHAPES = (
    shape("age_key", "AGE-SECRET-KEY-", "(?:PQ-)?1[0-9A-Za-z]{40,}", lead="[A-Z0-9]"),
    shape("age_key", "age-secret-key-", "(?:pq-)?1[0-9A-Za-z]{40,}", lead="[a-z0-9]"),
    shape("age_key", "AGE-PLUGIN-", "[A-Z0-9]{2,20}-1[0-9A-Z]{20,}", lead="[A-Z0-9]"),
    shape("bitcoin_key", "xprv", "[1-9A-HJ-NP-Za-km-z]{100,}", lead="[1-9A-HJ-NP-Za-km-z]{16}"),
    shape("nostr_key", "nsec1", "[02-9ac-hj-np-z]{50,}"),
    shape("readme_key", "rdme_", "[a-z0-9]{60,}"),
    shape("duffel_key", "duffel_", "(?:test|live)_[A-Za-z0-9_=-]{30,}"),
    shape("typeform_token", "tfp_", "[A-Za-z0-9_.=-]{40,}"),
    shape("contentful_token", "CFPAT-", "[A-Za-z0-9_-]{30,}"),
    shape("mapbox_token", "tk.eyJ", r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}"),
    shape("frameio_token", "fio-u-", "[A-Za-z0-9_=-]{50,}"),
    shape("liveblocks_key", "sk_dev_", "[A-Za-z0-9_-]{30,}"),
    shape("clerk_key", "ak_", "[A-Za-z0-9]{36,}", alone=True),
    shape("workos_key", "sk_prod_", "[A-Za-z0-9_-]{20,}"),
    shape("convex_key", "prod:", r"[a-z]+-[a-z]+-[0-9]+\|[A-Za-z0-9+/=]{40,}", lead="[a-z]+-[a-z]+-[0-9]", alone=True),
    shape("retool_token", "retool_", "[0-9]{2}[a-z0-9]{24,}", lead="[0-9]{2}"),
    shape(
        "twitter_token",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "(?=A{0,8}[%A-Za-z0-9]{0,60}(?:%2B|%3D))[A-Za-z0-9%]{40,}",
        alone=True,
    ),
    shape("minisign_key", "RWRTY0Iy", "[A-Za-z0-9+/=]{40,}", lead="[A-Za-z0-9+/]{8}"),
    inner(
        "password_hash",
        "$",
        r"\$(?:apr1|[156y]|2[abxy]|argon2(?:id?|d)|scrypt|7)\$[A-Za-z0-9./$=,+-]{20,256}",
        back=0,
        lead=r"(?:apr1|[156y]|2[abxy]|argon2[id]{1,2}|scrypt|7)\$[A-Za-z0-9./$=,+-]{20}",
        level="HIGH",
    ),
)
