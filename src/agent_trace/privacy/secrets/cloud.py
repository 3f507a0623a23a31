"""Keys and tokens of clouds, hosting, databases as a service and infrastructure."""

from __future__ import annotations

from agent_trace.privacy.secrets.models import UUID
from agent_trace.privacy.secrets.shapes import inner, shape

AWS = "[A-Z2-7]{16,}(?![a-z])"

SHAPES = (
    *(shape("aws_key_id", prefix, AWS, lead="[A-Z2-7]{12}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
    shape("aws_bedrock_key", "ABSK", "[A-Za-z0-9+/]{40,}={0,2}", lead="[A-Za-z0-9+/]{20}"),
    shape("aws_bedrock_key", "bedrock-api-key-", "[A-Za-z0-9+/=]{20,}"),
    shape("azure_storage_key", "AccountKey=", "[A-Za-z0-9+/%]{40,}={0,2}", lead="[A-Za-z0-9+/]{20}"),
    shape("azure_storage_key", "SharedAccessKey=", "[A-Za-z0-9+/%]{20,}={0,2}", lead="[A-Za-z0-9+/]{16}"),
    inner(
        "azure_client_secret",
        "Q~",
        r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,40}",
        back=4,
        lead="[A-Za-z0-9_~.-]{24}",
    ),
    inner("azure_devops_token", "AZDO", "[A-Za-z0-9]{70,80}AZDO[A-Za-z0-9]{4}", back=80, least=70),
    shape("alibaba_key_id", "LTAI", "[A-Za-z0-9]{12,}", lead="[A-Za-z0-9]{12}"),
    shape("tencent_key_id", "AKID", "[A-Za-z0-9]{32,}", lead="[A-Za-z0-9]{16}"),
    *(shape("digitalocean_token", prefix, "[0-9a-f]{40,}") for prefix in ("dop_v1_", "doo_v1_", "dor_v1_")),
    shape("cloudflare_key", "v1.0-", "[0-9a-f]{20,}-[0-9a-f]{100,}", lead="[0-9a-f]{16}"),
    *(shape("cloudflare_token", prefix, "[A-Za-z0-9_-]{32,}") for prefix in ("cfut_", "cfat_", "cfk_")),
    shape("fly_token", "FlyV1 ", "[A-Za-z0-9_+/=,-]{20,}", lead="[A-Za-z0-9_]{3}"),
    shape("fly_token", "fo1_", "[A-Za-z0-9_-]{30,}"),
    *(shape("fly_token", prefix, "[A-Za-z0-9+/=_-]{40,}", lead="[A-Za-z0-9+/=_-]{8}") for prefix in ("fm1r_", "fm2_")),
    *(
        shape("vercel_token", prefix, "[A-Za-z0-9]{20,}")
        for prefix in ("vcp_", "vci_", "vca_", "vcr_", "vercel_blob_rw_")
    ),
    *(shape("netlify_token", prefix, "[A-Za-z0-9_-]{30,}") for prefix in ("nfp_", "nfc_", "nfo_", "nfu_", "nfb_")),
    shape("heroku_key", "HRKU-", "[A-Za-z0-9_-]{30,}"),
    shape("supabase_key", "sbp_", "(?:v0_|oauth_)?[0-9a-f]{32,}"),
    shape("supabase_key", "sb_secret_", "[A-Za-z0-9_-]{16,}"),
    *(
        shape("planetscale_token", prefix, r"[A-Za-z0-9_=.-]{30,}")
        for prefix in ("pscale_tkn_", "pscale_pw_", "pscale_oauth_")
    ),
    shape("neon_key", "napi_", "[A-Za-z0-9]{40,}"),
    shape("databricks_token", "dapi", "[0-9a-f]{32,}(?:-[0-9])?", lead="[0-9a-f]{12}"),
    shape("databricks_token", "dose", "[0-9a-f]{32,}", lead="[0-9a-f]{12}"),
    *(
        shape("doppler_token", f"dp.{part}.", "[A-Za-z0-9._-]{30,}", lead="[A-Za-z0-9._-]{8}")
        for part in ("pt", "st", "ct", "sa", "said", "scim", "audit")
    ),
    *(
        shape("vault_token", prefix, "[A-Za-z0-9_-]{20,}", lead="[A-Za-z0-9_-]{12}", alone=True)
        for prefix in ("hvs.", "hvb.", "hvr.")
    ),
    *(
        shape(
            "vault_token",
            prefix,
            "(?=[A-Za-z]{0,23}[0-9])[A-Za-z0-9]{24,}(?![A-Za-z0-9_.(-])",
            lead="[A-Za-z0-9]{24}",
            alone=True,
        )
        for prefix in ("s.", "b.")
    ),
    inner(
        "terraform_token",
        ".atlasv1.",
        r"[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_=-]{40,}",
        back=20,
        least=10,
        lead="[A-Za-z0-9_-]{8}",
    ),
    shape("pulumi_token", "pul-", "[0-9a-f]{36,}"),
    shape("infracost_key", "ico-", "[A-Za-z0-9]{30,}"),
    shape("openshift_token", "sha256~", "[A-Za-z0-9_-]{40,}"),
    shape("tailscale_key", "tskey-", "[a-z]+-[A-Za-z0-9_-]{16,}"),
    shape("prefect_key", "pnu_", "[A-Za-z0-9]{32,}"),
    shape("railway_token", "railway_", "[A-Za-z0-9_-]{32,}"),
    shape("render_key", "rnd_", "[A-Za-z0-9]{24,}"),
    shape("hcloud_token", "hcloud_", "[A-Za-z0-9]{40,}"),
    shape("onepassword_token", "ops_eyJ", r"[A-Za-z0-9_=-]{50,}"),
    shape(
        "onepassword_key", "A3-", "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}", alone=True
    ),
    shape("scaleway_key", "SCW", "[A-Z0-9]{17}(?![A-Za-z0-9])", level="MEDIUM", lead="[A-Z0-9]{12}"),
    shape("artifact_key", "snyk_", f"[a-z]{{2,4}}\\.{UUID}[A-Za-z0-9._-]*", lead="[a-z]{2}"),
    shape("mongodb_atlas_secret", "mdb_sa_sk_", "[A-Za-z0-9_-]{30,}"),
    shape("clickhouse_secret", "4b1d", "[A-Za-z0-9]{38}(?![A-Za-z0-9])", alone=True, lead="[A-Za-z0-9]{38}"),
    inner(
        "azure_function_key",
        "AzFu",
        "[A-Za-z0-9_-]{40,50}AzFu[A-Za-z0-9_-]{4,12}={0,2}",
        back=50,
        least=40,
        lead="[A-Za-z0-9_-]{4}",
    ),
)
