"""Tokens of version control, trackers and design tools."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

GITHUB = r"(?:[0-9]{4,}_eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{8,}){0,3}|[A-Za-z0-9_]{30,})"
GITLAB = "pat rt dt oas cbt ptt ft imt agent soat ffct deploy runner wt cipt gat oat".split()

SHAPES = (
    *(shape("github_token", f"gh{letter}_", GITHUB) for letter in "pousr"),
    shape("github_token", "github_pat_", "[A-Za-z0-9_]{22,}"),
    *(
        shape(
            "gitlab_token",
            f"gl{one}-",
            r"[A-Za-z0-9_-]{16,}(?:\.[0-9a-z]{2}\.[0-9a-z]{7,12})?",
            alone=one in {"ft", "wt", "dt", "rt"},
        )
        for one in GITLAB
    ),
    shape("gitlab_token", "GR1348941", "[A-Za-z0-9_-]{16,}"),
    shape("gitlab_session", "_gitlab_session=", "[0-9a-z]{32,}"),
    shape("bitbucket_token", "ATBB", "[A-Za-z0-9]{20,}", lead="[A-Za-z0-9]{12}"),
    *(
        shape("atlassian_token", prefix, "[A-Za-z0-9_=.+/-]{40,}", lead="[A-Za-z0-9_=-]{16}")
        for prefix in ("ATATT3", "ATCTT3", "ATSTT3", "ATOTT3")
    ),
    shape("linear_key", "lin_api_", "[A-Za-z0-9]{20,}"),
    shape("linear_key", "lin_oauth_", "[A-Za-z0-9]{20,}"),
    shape("linear_key", "lin_wh_", "[A-Za-z0-9]{20,}"),
    shape("notion_token", "ntn_", "[A-Za-z0-9]{30,}"),
    shape("notion_token", "secret_", "(?=[A-Za-z]{0,42}[0-9])[A-Za-z0-9]{40,}", lead="[A-Za-z0-9]{32}"),
    shape("figma_token", "figd_", "[A-Za-z0-9_-]{30,}"),
    shape("figma_token", "figo_", "[A-Za-z0-9_-]{30,}"),
    shape("figma_token", "figu_", "[A-Za-z0-9_-]{30,}"),
    shape("postman_key", "PMAK-", "[A-Za-z0-9]{16,}-[A-Za-z0-9]{20,}"),
    shape("postman_key", "PMAT-", "[A-Za-z0-9]{20,}"),
    shape("airtable_token", "pat", r"[A-Za-z0-9]{14}\.[0-9a-f]{60,}", lead=r"[A-Za-z0-9]{14}\."),
    shape("clickup_token", "pk_", "[0-9]{5,}_[A-Z0-9]{30,}", lead="[0-9]{5}"),
    shape("asana_token", "1/", "[0-9]{13,}:[0-9a-f]{32}", alone=True, lead="[0-9]{13}"),
    shape("asana_token", "2/", "[0-9]{13,}/[0-9]{13,}:[0-9a-f]{32}", alone=True, lead="[0-9]{13}"),
    shape("codeberg_token", "gitea_", "[0-9a-f]{40}"),
    shape("shortcut_token", "sct_", "[a-z]{2,4}_[A-Za-z0-9_]{30,}"),
    shape(
        "harness_token",
        "pat.",
        r"[A-Za-z0-9_-]{20,24}\.[0-9a-f]{20,26}\.[A-Za-z0-9]{16,}",
        alone=True,
        lead="[A-Za-z0-9_-]{16}",
    ),
    shape("dropbox_token", "sl.", "(?:u\\.)?[AB][A-Za-z0-9_-]{100,}", alone=True, lead="[A-Za-z0-9_.-]{24}"),
)
