"""Keys of payment services and shops."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

SHAPES = (
    *(
        shape("stripe_key", f"{kind}_{mode}_", "[A-Za-z0-9_]{10,}")
        for kind in ("sk", "rk")
        for mode in ("live", "test", "prod")
    ),
    shape("stripe_key", "sk_org_", "(?:live_|test_)?[A-Za-z0-9_]{16,}"),
    shape("stripe_webhook_secret", "whsec_", r"[A-Za-z0-9+/=]{20,}", lead="[A-Za-z0-9+/]{12}"),
    *(shape("square_token", prefix, "[A-Za-z0-9_-]{20,}") for prefix in ("sq0atp-", "sq0csp-", "sq0idb-")),
    shape("square_token", "EAAA", "[A-Za-z0-9_-]{56,}", lead="[A-Za-z0-9_-]{32}"),
    shape(
        "braintree_token",
        "access_token$",
        r"(?:production|sandbox)\$[0-9a-z]{12,}\$[0-9a-f]{30,}",
        lead="(?:prod|sand)",
    ),
    *(
        shape("shopify_token", prefix, "[0-9a-fA-F]{28,}")
        for prefix in ("shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_")
    ),
    *(shape("paddle_key", prefix, "[A-Za-z0-9_]{20,}") for prefix in ("pdl_live_apikey_", "pdl_sdbx_apikey_")),
    *(shape("razorpay_key", prefix, "[A-Za-z0-9]{14,}") for prefix in ("rzp_live_", "rzp_test_")),
    *(shape("flutterwave_key", prefix, "[0-9a-fA-FA-Z-]{12,}X?") for prefix in ("FLWSECK-", "FLWSECK_TEST-")),
    *(
        shape("plaid_token", prefix, "[0-9a-f-]{30,}")
        for prefix in ("access-sandbox-", "access-production-", "access-development-")
    ),
    shape("lemonsqueezy_key", "lsq_", "[A-Za-z0-9]{30,}"),
    *(shape("adyen_key", prefix, r"[A-Za-z0-9+/=_-]{40,}", alone=True) for prefix in ("AQE", "AQF")),
    shape("coinbase_key", "organizations/", "[0-9a-f-]{36}/apiKeys/[0-9a-f-]{36}", level="MEDIUM", lead="[0-9a-f]{8}-"),
    shape("shippo_token", "shippo_live_", "[0-9a-f]{30,}"),
    shape("shippo_token", "shippo_test_", "[0-9a-f]{30,}"),
)
