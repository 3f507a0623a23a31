"""Tokens and webhooks of chat services, and of mail senders."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import inner, shape

PATH = r"(?:\\*/)"

SHAPES = (
    *(shape("slack_token", f"xox{letter}-", "[A-Za-z0-9_%./+=-]{10,}") for letter in "abeoprsdc"),
    *(shape("slack_token", f"xox{letter}.", "[A-Za-z0-9_%./+=-]{10,}") for letter in "abeoprsdc"),
    shape("slack_token", "xapp-", "[A-Za-z0-9-]{16,}"),
    shape("slack_token", "xwfp-", "[A-Za-z0-9-]{16,}"),
    inner(
        "slack_webhook",
        "hooks.slack",
        rf"hooks\.slack(?:-gov)?\.com{PATH}(?P<s>[A-Za-z]+{PATH}[\w/\\-]{{16,}})",
        back=0,
    ),
    *(
        inner(
            "discord_webhook",
            f"{host}.com",
            rf"{host}\.com{PATH}(?P<s>api{PATH}(?:v[0-9]+{PATH})?webhooks{PATH}[0-9]+{PATH}[\w-]{{20,}})",
            back=0,
            lead=r"\\*/api\\*/",
        )
        for host in ("discord", "discordapp")
    ),
    inner("teams_webhook", "webhook.office.com", rf"webhook\.office\.com{PATH}(?P<s>[\w@/.\\-]{{20,}})", back=0),
    inner(
        "teams_webhook",
        "outlook.office.com",
        rf"outlook\.office\.com{PATH}(?P<s>webhook[\w@/.\\-]{{20,}})",
        back=0,
        lead=r"\\*/webhook",
    ),
    inner(
        "google_chat_webhook",
        "chat.googleapis.com",
        rf"chat\.googleapis\.com{PATH}v1{PATH}spaces{PATH}(?P<s>[\w-]+{PATH}messages\?[\w&%=-]{{20,}})",
        back=0,
        lead=r"\\*/v1\\*/spaces",
    ),
    inner(
        "discord_token",
        ".",
        r"[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}",
        back=30,
        least=23,
        lead=r"[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}",
    ),
    inner("telegram_token", ":AA", r"[0-9]{8,11}:AA[A-Za-z0-9_-]{30,}", back=12, least=8, lead="[A-Za-z0-9_-]{30}"),
    shape("twitch_token", "oauth:", "[a-z0-9]{30}(?![a-z0-9])"),
    shape("sendgrid_key", "SG.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,}", lead="[A-Za-z0-9_-]{16}"),
    shape("mailgun_key", "key-", "[0-9a-f]{32,}", alone=True),
    shape("mailgun_key", "pubkey-", "[0-9a-f]{32,}"),
    shape("brevo_key", "xkeysib-", "[0-9a-f]{32,}(?:-[A-Za-z0-9]+)?"),
    shape("brevo_key", "xsmtpsib-", "[0-9a-f]{32,}(?:-[A-Za-z0-9]+)?"),
    shape(
        "resend_key",
        "re_",
        r"(?=[A-Za-z_]{0,30}[0-9])[A-Za-z0-9]{6,12}_[A-Za-z0-9]{16,}",
        alone=True,
        lead="[A-Za-z0-9]{6,12}_[A-Za-z0-9]{12}",
    ),
    inner("mailchimp_key", "-us", "[0-9a-f]{32}-us[0-9]{1,2}(?![0-9])", back=32, lead="[0-9]"),
    shape("mailersend_key", "mlsn.", "[0-9a-f]{40,}", lead="[0-9a-f]{16}"),
    shape("mapbox_token", "sk.eyJ", r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}"),
    shape("line_notify", "EAAG", "[A-Za-z0-9]{60,}", lead="[A-Za-z0-9]{32}"),
    shape("facebook_token", "EAA", "[A-Za-z0-9]{90,}", lead="[A-Za-z0-9]{48}"),
)
