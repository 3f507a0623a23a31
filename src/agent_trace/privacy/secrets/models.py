"""Keys of model providers and of what agents use beside them: search, tracing, sandboxes."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

UUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
DIGIT = "(?=[A-Za-z_-]{0,80}[0-9])"
"""Names made of words have no digit."""

SHAPES = (
    shape("anthropic_key", "sk-ant-", "[A-Za-z0-9_-]{12,}"),
    shape("openai_key", "sk-proj-", "[A-Za-z0-9_-]{16,}"),
    shape("openai_key", "sk-svcacct-", "[A-Za-z0-9_-]{16,}"),
    shape("openai_key", "sk-admin-", "[A-Za-z0-9_-]{16,}"),
    shape("openai_key", "sk-None-", "[A-Za-z0-9_-]{16,}"),
    shape("openai_session", "sess-", DIGIT + "[A-Za-z0-9]{36,}"),
    shape("openrouter_key", "sk-or-", "v[0-9]-[A-Za-z0-9_-]{16,}"),
    shape("langfuse_key", "sk-lf-", "[A-Za-z0-9-]{16,}"),
    shape("langfuse_key", "pk-lf-", "[A-Za-z0-9-]{16,}", level="MEDIUM"),
    shape("api_key", "sk-", DIGIT + "[A-Za-z0-9]{20,}[A-Za-z0-9_-]*", lead="[A-Za-z0-9]{16}"),
    shape(
        "api_key",
        "sk-",
        "(?=[a-z0-9_-]{0,60}[A-Z])" + DIGIT + "[A-Za-z0-9]{1,12}-[A-Za-z0-9_-]{28,}",
        lead="[A-Za-z0-9]{1,12}-[A-Za-z0-9_-]{20}",
    ),
    shape("elevenlabs_key", "sk_", "[0-9a-f]{40,}", lead="[0-9a-f]{16}"),
    shape("google_key", "AIza", "[A-Za-z0-9_-]{33,}"),
    shape("google_key", "AQ.", "Ab[A-Za-z0-9_-]{30,}", lead="Ab[A-Za-z0-9_-]{8}"),
    shape("google_token", "ya29.", "[A-Za-z0-9_.-]{16,}"),
    shape("google_token", "1//0", "[A-Za-z0-9_-]{30,}", alone=True),
    shape("google_client_secret", "GOCSPX-", "[A-Za-z0-9_-]{16,}"),
    shape("xai_key", "xai-", DIGIT + "[A-Za-z0-9]{32,}"),
    shape("groq_key", "gsk_", "[A-Za-z0-9]{30,}"),
    shape("perplexity_key", "pplx-", "[A-Za-z0-9]{30,}"),
    shape("huggingface_token", "hf_", "[A-Za-z0-9]{30,}"),
    shape("huggingface_token", "api_org_", "[A-Za-z0-9]{30,}"),
    shape("replicate_token", "r8_", "[A-Za-z0-9]{30,}"),
    shape("fireworks_key", "fw_", DIGIT + "[A-Za-z0-9]{20,}", alone=True),
    shape("cerebras_key", "csk-", DIGIT + "[A-Za-z0-9]{30,}"),
    shape("nvidia_key", "nvapi-", "[A-Za-z0-9_-]{30,}"),
    shape("together_key", "tgp_v1_", "[A-Za-z0-9_-]{30,}"),
    shape("langsmith_key", "lsv2_", "(?:pt|sk)_[A-Za-z0-9]{20,}(?:_[A-Za-z0-9]+)?", lead="(?:pt|sk)_[A-Za-z0-9]{8}"),
    shape("langsmith_key", "ls__", "[A-Za-z0-9]{28,}", lead="[A-Za-z0-9]{16}"),
    shape("voyage_key", "pa-", DIGIT + "[A-Za-z0-9_-]{36,}", alone=True, lead="[A-Za-z0-9_-]{16}"),
    shape("jina_key", "jina_", "[A-Za-z0-9_-]{40,}"),
    shape("pinecone_key", "pcsk_", "[A-Za-z0-9_]{30,}"),
    shape("tavily_key", "tvly-", "(?:dev-|prod-)?" + DIGIT + "[A-Za-z0-9_-]{16,}"),
    shape("firecrawl_key", "fc-", "[0-9a-f]{28,}", alone=True, lead="[0-9a-f]{20}"),
    shape("e2b_key", "e2b_", "[0-9a-f]{28,}"),
    shape("apify_token", "apify_api_", "[A-Za-z0-9]{20,}"),
    shape("wandb_key", "wandb_v1_", "[A-Za-z0-9_]{30,}"),
    shape("posthog_key", "phx_", "[A-Za-z0-9]{30,}"),
    shape("browserbase_key", "bb_live_", "[A-Za-z0-9_-]{20,}"),
    shape("daytona_key", "dtn_", "[A-Za-z0-9]{32,}"),
    shape("vercel_gateway_key", "vck_", "[A-Za-z0-9]{24,}"),
    shape("cursor_key", "crsr_", "[0-9a-zA-Z]{32,}"),
    shape("cursor_key", "key_", "[0-9a-f]{60,}", alone=True),
    shape("sourcegraph_token", "sgp_", "[A-Za-z0-9_]{32,}"),
    shape("amp_key", "sgamp_", "[A-Za-z0-9_]{32,}"),
    shape("context7_key", "ctx7sk-", "[A-Za-z0-9-]{20,}"),
    shape("baidu_key", "bce-v3/", "ALTAK-[A-Za-z0-9]{10,}/[0-9a-f]{32,}", lead="ALTAK-"),
    shape("helicone_key", "sk-helicone-", "[A-Za-z0-9-]{20,}"),
    shape("runpod_key", "rpa_", "[A-Z0-9]{40,}[A-Za-z0-9]*"),
)
