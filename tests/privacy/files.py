"""Private keys in their armours, and files that hold credentials."""

from __future__ import annotations

from tests.privacy.shapes import Shape, block, carried, form, run

KEYS = (
    block("rsa key", "-----|BEGIN RSA |PRIVATE KEY-----", "-----|END RSA |PRIVATE KEY-----", 25),
    block("ec key", "-----|BEGIN EC |PRIVATE KEY-----", "-----|END EC |PRIVATE KEY-----", 3),
    block("dsa key", "-----|BEGIN DSA |PRIVATE KEY-----", "-----|END DSA |PRIVATE KEY-----", 10),
    block("pkcs8 key", "-----|BEGIN |PRIVATE KEY-----", "-----|END |PRIVATE KEY-----", 26),
    block("encrypted key", "-----|BEGIN ENCRYPTED |PRIVATE KEY-----", "-----|END ENCRYPTED |PRIVATE KEY-----", 28),
    block("openssh key", "-----|BEGIN OPENSSH |PRIVATE KEY-----", "-----|END OPENSSH |PRIVATE KEY-----", 6, 70),
    block(
        "encrypted rsa key",
        "-----|BEGIN RSA |PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011223344556677\n",
        "-----|END RSA |PRIVATE KEY-----",
        25,
    ),
    block(
        "ssh2 key", "---- |BEGIN SSH2 ENCRYPTED |PRIVATE KEY ----", "---- |END SSH2 ENCRYPTED |PRIVATE KEY ----", 12, 70
    ),
    block("unterminated key", "-----|BEGIN RSA |PRIVATE KEY-----", "", 12),
    block(
        "pgp key",
        "-----|BEGIN PGP |PRIVATE KEY BLOCK-----\n",
        "=aB3d\n-----|END PGP |PRIVATE KEY BLOCK-----",
        30,
    ),
    block(
        "putty key",
        "PuTTY-User-Key-|File-3: ssh-ed25519\nEncryption: none\nComment: deploy\nPublic-Lines: 1\n"
        "AAAAC3NzaC1lZDI1NTE5\nPrivate-Lines: 3",
        "",
        3,
    )._replace(carrier="⟦{}\nPrivate-MAC: 0011aabb⟧"),
    form("age key", "AGE- SECRET- KEY- 1", "58q"),
    form("age plugin key", "AGE- PLUGIN- YUBIKEY- 1", "40q"),
    form("minisign key", "RWRTY0Iy", "204b"),
    Shape(
        "key on one line",
        "file",
        "-----BEGIN RSA " + "PRIVATE KEY----- " + run("one line", "300b") + " -----END RSA " + "PRIVATE KEY-----",
        known="-----BEGIN RSA " + "PRIVATE KEY----- ",
    ),
    Shape(
        "wallet words",
        "file",
        " ".join(
            "abandon|ripple|orbit|velvet|canyon|gadget|muffin|tornado|pencil|lunar|oyster|wisdom".split("|")[::-1]
        ),
        carrier='WALLET_MNEMONIC="⟦{}⟧"',
    ),
)
FILES = (
    carried("netrc", "file", "machine git.example.com\n  login jane\n  ⟦password {}⟧", "20a"),
    carried("netrc on one line", "file", "machine api.heroku.com login jane@example.com ⟦password {}⟧", "36a"),
    carried("pgpass", "file", "$ cat ~/.pgpass\ndb.internal:5432:orders:app:⟦{}⟧", "18a"),
    carried("git credentials", "file", "$ cat ~/.git-credentials\nhttps⟦://jane:{}@⟧git.example.com", "40a"),
    carried(
        "kubeconfig client key",
        "file",
        "users:\n- name: admin\n  user:\n    ⟦client-key-data: {}⟧\ncurrent-context: prod",
        "=LS0t =LS1CRUdJTiBS 600b",
    ),
    carried(
        "kubeconfig token", "file", "users:\n- name: admin\n  user:\n    ⟦token: {}⟧\ncurrent-context: prod", "60a"
    ),
    carried("docker auth", "file", '{"auths": {"registry.example.com": {"auth": "⟦{}⟧"}}}', "=YWNt =ZTo 37b =="),
    carried(
        "kubernetes secret",
        "file",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  ⟦password: {}⟧",
        "27b =",
    ),
    carried(
        "kubernetes secret, plain",
        "file",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  ⟦db-password: {}⟧",
        "18a",
    ),
    carried("terraform variables", "file", 'region      = "eu-1"\n⟦db_password = "{}"⟧\nreplicas    = 2', "20a"),
    carried(
        "terraform default",
        "file",
        'resource "aws_db_instance" "x" {\n  username = "app"\n  ⟦password = "{}"⟧\n}',
        "20a",
    ),
    carried("aws credentials", "file", "[default]\nregion = eu-west-1\n⟦aws_secret_access_key = {}⟧", "40b"),
    carried("properties", "file", "spring.datasource.username=app\n⟦spring.datasource.password={}⟧", "18a"),
    carried("yaml", "file", "database:\n  user: app\n  ⟦password: {}⟧\n  pool: 5", "18a"),
    carried("quoted yaml", "file", 'smtp:\n  user: app\n  ⟦pass: "{}"⟧\n  port: 587', "16a"),
    carried("toml", "file", '[database]\nuser = "app"\n⟦password = "{}"⟧\npool = 5', "18a"),
    carried("ini", "file", "[mail]\nuser=app\n⟦smtp_pass={}⟧\nport=25", "14a"),
    carried("settings.xml", "file", "<server>\n  <id>releases</id>\n  ⟦<password>{}</password>⟧\n</server>", "18a"),
    carried(
        "nuget settings",
        "file",
        '<add key="Username" value="jane" />\n<add ⟦key="ClearTextPassword" value="{}"⟧ />',
        "18a",
    ),
    carried("htpasswd", "file", "$ cat .htpasswd\njane:⟦$apr1${}⟧", "8a =$ 22b"),
    carried("shadow", "file", "# tail -1 /etc/shadow\njane:⟦$6${}⟧:19900:0:99999:7:::", "16a =$ 86b"),
    carried("wireguard", "file", "[Interface]\nAddress = 10.7.0.2/32\n⟦PrivateKey = {}⟧", "43b =="),
    carried("rclone", "file", "[box]\ntype = sftp\nuser = jane\n⟦pass = {}⟧", "43w"),
    carried("ansible variables", "file", "ansible_user: deploy\n⟦ansible_become_password: {}⟧", "16a"),
    carried("compose", "file", "    environment:\n      POSTGRES_USER: app\n      ⟦POSTGRES_PASSWORD: {}⟧", "18a"),
    carried(
        "compose list", "file", "    environment:\n      - POSTGRES_USER=app\n      - ⟦POSTGRES_PASSWORD={}⟧", "18a"
    ),
    carried("pip index", "file", "[global]\nindex-url = https⟦://ci:{}@⟧wheels.example.com/simple", "30a"),
    carried("yarn settings", "file", "npmScopes:\n  acme:\n    ⟦npmAuthToken: {}⟧", "36a"),
    carried("maven gradle", "file", "repoUser=ci\n⟦repoPassword={}⟧\norg.gradle.daemon=true", "18a"),
)
