"""Tokens of package registries and of container registries."""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

SHAPES = (
    shape("npm_token", "npm_", "[A-Za-z0-9]{30,}"),
    shape("npm_token", "npm_secret_", "[A-Za-z0-9]{20,}"),
    shape("pypi_token", "pypi-", "[A-Za-z0-9_-]{50,}", lead="[A-Za-z0-9_-]{24}"),
    shape("rubygems_key", "rubygems_", "[0-9a-f]{40,}"),
    shape("cargo_token", "cio", "(?=[A-Za-z]{0,32}[0-9])[A-Za-z0-9]{30,}", alone=True, lead="[A-Za-z0-9]{20}"),
    shape("nuget_key", "oy2", "[a-z0-9]{40,}", alone=True, lead="[a-z0-9]{20}"),
    shape("docker_token", "dckr_pat_", "[A-Za-z0-9_-]{20,}"),
    shape("docker_token", "dckr_oat_", "[A-Za-z0-9_-]{20,}"),
    shape("artifactory_key", "AKC", "p[A-Za-z0-9]{60,}", alone=True, lead="p[A-Za-z0-9]{24}"),
    shape("artifactory_key", "AKC", "(?=[A-Za-z]{0,60}[0-9])[A-Za-z0-9]{56,}", alone=True, lead="[A-Za-z0-9]{32}"),
    shape("artifactory_token", "cmVmdGtu", "[A-Za-z0-9]{40,}", lead="[A-Za-z0-9]{16}"),
    shape("clojars_token", "CLOJARS_", "[0-9a-z]{50,}"),
    shape("hex_key", "hex_", "[0-9a-f]{32,}"),
    shape("jsr_token", "jsrp_", "[A-Za-z0-9]{30,}"),
    shape("packagist_token", "packagist_", "[a-z]{3}_[0-9a-f]{50,}"),
    shape("chainguard_token", "cgr_", "[A-Za-z0-9_-]{40,}"),
    shape("quay_token", "qt_", "[A-Za-z0-9]{40,}", alone=True),
)
