"""Keys of monitoring, alarms, deployment and telephony."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import inner, shape

SHAPES = (
    shape("sentry_token", "sntrys_", r"[A-Za-z0-9+/=_-]{20,}", lead="[A-Za-z0-9+/=_-]{8}"),
    shape("sentry_token", "sntryu_", "[0-9a-f]{32,}"),
    shape("sentry_token", "sntrya_", "[0-9a-f]{32,}"),
    *(shape("newrelic_key", prefix, "[A-Za-z0-9_-]{20,}") for prefix in ("NRAK-", "NRII-", "NRIQ-", "NRRA-", "NRJS-")),
    shape("grafana_token", "glsa_", "[A-Za-z0-9]{28,}(?:_[0-9a-fA-F]{8})?"),
    shape("grafana_token", "glc_", r"[A-Za-z0-9+/=]{28,}", lead="[A-Za-z0-9+/]{16}"),
    shape("grafana_token", "eyJrIjoi", r"[A-Za-z0-9+/=_-]{40,}"),
    shape("dynatrace_token", "dt0", r"[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{60,}", lead="[a-z][0-9]"),
    shape("datadog_token", "ddapp_", "[A-Za-z0-9]{30,}"),
    shape("datadog_token", "ddpat_", "[A-Za-z0-9_]{30,}"),
    shape("honeycomb_key", "hcaik_", "[A-Za-z0-9]{40,}"),
    shape("honeycomb_key", "hcbik_", "[A-Za-z0-9]{40,}"),
    shape("twilio_key", "SK", "[0-9a-fA-F]{32}(?![0-9a-zA-Z])", alone=True, lead="[0-9a-fA-F]{32}"),
    shape("twilio_account", "AC", "[0-9a-f]{32}(?![0-9a-zA-Z])", alone=True, lead="[0-9a-f]{32}", level="LOW"),
    shape("launchdarkly_key", "api-", "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", alone=True, lead="[0-9a-f]{8}-"),
    shape("launchdarkly_key", "sdk-", "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", alone=True, lead="[0-9a-f]{8}-"),
    shape("buildkite_token", "bkua_", "[0-9a-f]{40,}"),
    shape("buildkite_token", "bkct_", "[A-Za-z0-9_]{30,}"),
    shape("circleci_token", "CCIPAT_", "[A-Za-z0-9_]{30,}"),
    shape("circleci_token", "CCIPRJ_", "[A-Za-z0-9_]{30,}"),
    shape("sonar_token", "squ_", "[0-9a-f]{40,}"),
    shape("sonar_token", "sqp_", "[0-9a-f]{40,}"),
    shape("sonar_token", "sqa_", "[0-9a-f]{40,}"),
    shape("easypost_key", "EZAK", "[A-Za-z0-9]{50,}", lead="[A-Za-z0-9]{16}"),
    shape("axiom_token", "xaat-", "[0-9a-f-]{30,}"),
    shape("axiom_token", "xapt-", "[0-9a-f-]{30,}"),
    inner("maxmind_key", "_mmk", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk", back=36),
    shape(
        "octopus_key", "API-", "(?=[A-Z]{0,26}[0-9])[A-Z0-9]{24,32}(?![A-Za-z0-9_-])", alone=True, lead="[A-Z0-9]{24}"
    ),
)
