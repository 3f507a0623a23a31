"""Secrets and personal data: what is one, where it stands, and what is put in its place. Bytes in, bytes out."""
