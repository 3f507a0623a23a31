"""Shapes of a maintained rule set that ours do not cover; written by tools/make_shapes.py, not by hand.

From the rules of kingfisher-secret-scanner 1.5.0, which are those of Betterleaks; their licence (MIT) lies beside
this file.
"""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

LEAD, END = "[A-Za-z0-9_+/.-]{8}", "(?![A-Za-z0-9])"

SHAPES = (
    shape("adobe_client_secret", "p8e-", "(?i:[a-z0-9]{32})" + END, lead=LEAD),
    shape("aikido_ci_token", "AIK_CI_", "[A-Za-z0-9]{20,44}" + END, lead=LEAD),
    shape("aikido_client_secret", "AIK_SECRET_", "[A-Za-z0-9]{64}" + END, lead=LEAD),
    shape(
        "asaas_api_token",
        "$aact_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])(?:prod|hmlg)_[A-Za-z0-9_-]{20,100}" + END,
        lead=LEAD,
    ),
    shape("bitbucket_data_center_token", "BBDC-", "[A-Za-z0-9+/=]{32,}" + END, lead=LEAD),
    shape(
        "buildkite_service_token",
        "bkaa_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{75}" + END,
        lead=LEAD,
    ),
    shape(
        "buildkite_service_token",
        "bkaj_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{333}" + END,
        lead=LEAD,
    ),
    shape(
        "buildkite_service_token",
        "bkar_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{73}" + END,
        lead=LEAD,
    ),
    shape(
        "buildkite_service_token",
        "bkpat_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{54}" + END,
        lead=LEAD,
    ),
    shape(
        "buildkite_service_token",
        "bkps_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{64}" + END,
        lead=LEAD,
    ),
    shape(
        "buildkite_service_token",
        "bkpt_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{199}" + END,
        lead=LEAD,
    ),
    shape("buildkite_user_access_token", "bkua_", "(?:[a-z0-9]{40}|[a-z0-9]{53})" + END, lead=LEAD),
    shape(
        "cartesia_api_key",
        "sk_car_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_]{20}" + END,
        lead=LEAD,
    ),
    shape("cloudsmith_api_key", "csa_", "[a-f0-9]{30}[A-Za-z0-9]{6}" + END, lead=LEAD),
    shape("cockroachlabs_cloud_api_key", "CCDB1_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{40}" + END, lead=LEAD),
    shape(
        "configcat_sdk_key_extended",
        "configcat-sdk-1/",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{22}/[A-Za-z0-9_-]{22}" + END,
        lead=LEAD,
    ),
    shape("datastax_astra_application_token", "AstraCS:", "[A-Za-z0-9]{20,}" + END, lead=LEAD),
    shape("deno_account_token", "ddp_", "[A-Za-z0-9]{36}" + END, lead=LEAD),
    shape("devin_personal_api_key", "apk_user_", "[A-Za-z0-9+/]{120,180}={0,2}" + END, lead=LEAD),
    shape("devin_service_api_key", "apk_", "[A-Za-z0-9+/]{80,100}={0,2}" + END, lead=LEAD),
    shape("devin_service_user_token", "cog_", "[a-z2-7]{52}" + END, lead=LEAD),
    shape("docker_swarm_join_token", "SWMTKN-1-", "[a-z0-9]{50,60}-[a-z0-9]{24,30}" + END, lead=LEAD),
    shape("docker_swarm_unlock_key", "SWMKEY-1-", "[A-Za-z0-9+/]{40,50}" + END, lead=LEAD),
    shape("dynatrace_api_token", "dt0c01.", "(?i:[a-z0-9]{24}\\.[a-z0-9]{64})" + END, lead=LEAD),
    shape(
        "elastic_cloud_api_key",
        "essu_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_\\-]{60,200}={0,2}" + END,
        lead=LEAD,
    ),
    shape("flutterwave_secret_key", "FLWSECK_TEST-", "(?i:[a-h0-9]{32}-X)" + END, lead=LEAD),
    shape("ionic_personal_access_token", "ion_", "[A-Za-z0-9]{42}" + END, lead=LEAD),
    shape(
        "lichess_personal_access_token",
        "lip_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_]{16,60}" + END,
        lead=LEAD,
    ),
    shape("llama_cloud_api_key", "llx-", "[A-Za-z0-9]{44,52}" + END, lead=LEAD),
    shape("mailersend_api_token", "mlsn.", "[A-Za-z0-9]{30,100}" + END, lead=LEAD),
    shape(
        "mercury_production_api_token", "mercury_production_", "[a-z]{3,6}_[A-Za-z0-9]{40,50}_yrucrem" + END, lead=LEAD
    ),
    shape(
        "mergify_application_key",
        "mergify_application_key_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{40,200}" + END,
        lead=LEAD,
    ),
    shape("nylas_api_key", "nyk_", "[A-Za-z0-9]{67}" + END, lead=LEAD),
    shape("onesignal_rich_authentication_token", "os_v2_", "(?:app|org)_[a-z2-7]{103}" + END, lead=LEAD),
    shape(
        "onfido_live_api_token_ca",
        "api_live_ca.",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape(
        "onfido_live_api_token_eu",
        "api_live.",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape(
        "onfido_live_api_token_us",
        "api_live_us.",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape(
        "pinterest_access_token",
        "pina_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,200}" + END,
        lead=LEAD,
    ),
    shape(
        "polar_oauth_access_token",
        "polar_at_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,100}" + END,
        lead=LEAD,
    ),
    shape(
        "polar_organization_access_token",
        "polar_oat_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,100}" + END,
        lead=LEAD,
    ),
    shape(
        "polar_personal_access_token",
        "polar_pat_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,100}" + END,
        lead=LEAD,
    ),
    shape(
        "proof_full_access_api_key",
        "prf_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])(?:cli_)?[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape("ramp_client_secret", "ramp_sec_", "[A-Za-z0-9]{48}" + END, lead=LEAD),
    shape("redirect_pizza_api_token", "rpa_", "[A-Za-z0-9]{30}" + END, lead=LEAD),
    shape("rootly_api_key", "rootly_", "[a-f0-9]{64}" + END, lead=LEAD),
    shape("samsara_api_token", "samsara_api_", "[A-Za-z0-9]{26,32}" + END, lead=LEAD),
    shape(
        "scalingo_api_token",
        "tk-us-",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[\\w-]{48}" + END,
        lead=LEAD,
    ),
    shape("sendinblue_api_token", "xkeysib-", "[a-fA-F0-9]{64}-[a-zA-Z0-9]{16}" + END, lead=LEAD),
    shape("settlemint_application_access_token", "sm_aat_", "[a-zA-Z0-9]{16}" + END, lead=LEAD),
    shape("settlemint_personal_access_token", "sm_pat_", "[a-zA-Z0-9]{16}" + END, lead=LEAD),
    shape("settlemint_service_access_token", "sm_sat_", "[a-zA-Z0-9]{16}" + END, lead=LEAD),
    shape("shippo_api_token", "shippo_", "(?:live|test)_[a-fA-F0-9]{40}" + END, lead=LEAD),
    shape(
        "thunderstore_api_token",
        "tss_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape("unkey_root_key", "unkey_", "[A-Za-z0-9]{20,32}" + END, lead=LEAD),
    shape("upcloud_api_token", "ucat_", "[0-9A-Za-z]{24,32}" + END, lead=LEAD),
    shape(
        "val_town_api_token",
        "vtwn_",
        "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])[A-Za-z0-9_-]{20,80}" + END,
        lead=LEAD,
    ),
    shape("xendit_production_api_key", "xnd_production_", "[A-Za-z0-9]{56,72}" + END, lead=LEAD),
    shape("zuplo_consumer_api_key", "zpka_", "[a-z0-9]{32}_[0-9a-f]{8}" + END, lead=LEAD),
)
