"""Secrets in surroundings that are hard to read.

Left out, because no rule sees them: a password in a column of a CSV file whose header alone says so, a secret that a
terminal broke over two lines, a secret encoded a second time in base 64.
"""

from __future__ import annotations

from typing import NamedTuple

GITHUB = "=gh =p_ 36a"
ANTHROPIC = "=sk- =ant- =api03- 93w =AA"
PASSWORD = "18a"


class Hostile(NamedTuple):
    """A text around one secret: `{}` is the secret, the brackets say what may go with it."""

    name: str
    template: str
    secret: str = PASSWORD


PLACES = (
    Hostile("nothing else", "⟦{}⟧", GITHUB),
    Hostile("at the very start", "⟦{}⟧ is what I use", GITHUB),
    Hostile("at the very end", "What I use is ⟦{}⟧", GITHUB),
    Hostile("before the last newline", "What I use:\n⟦{}⟧\n", ANTHROPIC),
    Hostile("before a full stop", "It is ⟦{}⟧. Try it.", ANTHROPIC),
    Hostile("before a comma", "With ⟦{}⟧, it works", GITHUB),
    Hostile("in parentheses", "The key (⟦{}⟧) works", ANTHROPIC),
    Hostile("in angle brackets", "The key <⟦{}⟧> works", GITHUB),
    Hostile("behind a line break", "one\n⟦{}⟧\nthree", GITHUB),
    Hostile("behind a tab", "one\t⟦{}⟧\tthree", GITHUB),
    Hostile("behind a carriage return", "one\r\n⟦{}⟧\r\nthree", GITHUB),
    Hostile("behind a written line break", "printf 'one\\n⟦{}⟧\\nthree'", GITHUB),
    Hostile("behind an underscore", "cache_⟦{}⟧.json", GITHUB),
    Hostile("behind a slash", "https://api.example.com/hooks/⟦{}⟧/run", GITHUB),
    Hostile("behind an at sign", "user@⟦{}⟧", GITHUB),
    Hostile("twice", "⟦{} and again {}⟧ as above", GITHUB),
    Hostile("cut off", "export VALUE=⟦{}⟧", "=sk- =ant- =api03- 40w"),
    Hostile("cut off with dots", "the key ⟦{}⟧... (truncated)", "=sk- =proj- 60w"),
    Hostile("behind letters of other scripts", "schlüsselwort→⟦{}⟧←ende", GITHUB),
    Hostile("between pictures", "🔑⟦{}⟧🔑", ANTHROPIC),
    Hostile("behind colours", "\x1b[32m⟦{}⟧\x1b[0m done", GITHUB),
    Hostile("in a code span", "Use `⟦{}⟧` here", ANTHROPIC),
    Hostile("in a table", "| name | value |\n|---|---|\n| key | ⟦{}⟧ |", GITHUB),
    Hostile("in a code fence", "```sh\ncurl https://api.example.com -d ⟦{}⟧\n```", GITHUB),
    Hostile("removed in a diff", "@@ -1,2 +1,2 @@\n-⟦{}⟧\n+none", GITHUB),
    Hostile("in a list of arguments", '["run", "--value", "⟦{}⟧"]', GITHUB),
    Hostile("numbered by a reader", "     1→name\n     2→⟦{}⟧\n     3→end", ANTHROPIC),
    Hostile("found by a search", "src/a.py:12:⟦{}⟧", GITHUB),
)
NAMES = tuple(
    Hostile(f"name {name}", f"⟦{name}={{}}⟧")
    for name in (
        "PASSWORD Password passWord password passwd pwd db-password DBPassword dbPassword DB_PASSWORD_PROD "
        "prod.db.password Database__Password apikey APIKey API-KEY api_key secretAccessKey SecretAccessKey "
        "access_key_secret client-secret clientSecret CLIENT_SECRET authToken AUTH_TOKEN bearerToken sasToken "
        "ACCESS_TOKEN_SECRET private_key privateKey passphrase sshPassphrase my_app_secret secret token_secret "
        "MYSQL_ROOT_PASSWORD spring.mail.password encryptionKey signing_key masterKey master_password "
        "TF_VAR_db_password NEXTAUTH_SECRET APP_KEY SECRET_KEY ekmSharedSecret EKM-SHARED-SECRET TEE_SEAL_KEY"
    ).split()
)
SYNTAX = (
    Hostile("double quotes", '⟦password="{}"⟧'),
    Hostile("single quotes", "⟦password='{}'⟧"),
    Hostile("back quotes", "⟦password=`{}`⟧"),
    Hostile("spaces around the sign", "⟦password = {}⟧"),
    Hostile("typed", "⟦password: str = '{}'⟧"),
    Hostile("colon", "⟦Password: {}⟧"),
    Hostile("colon and capital words", "⟦Client Secret: {}⟧"),
    Hostile("walrus and make", "⟦TOKEN := {}⟧"),
    Hostile("coloured name", "\x1b[36mpassword\x1b[0m=⟦\x1b[33m{}⟧\x1b[0m user=app"),
    Hostile("added in a diff", "@@ -1 +1,2 @@\n user=app\n+⟦DB_PASSWORD={}⟧"),
    Hostile("added to JSON in a diff", '   "user": "app",\n+  ⟦"password": "{}"⟧,\n   "port": 1'),
    Hostile("cmd", "set ⟦API_TOKEN={}⟧\r\necho done"),
    Hostile("setx", "setx API_TOKEN ⟦{}⟧"),
    Hostile("powershell", '$env:API_TOKEN = ⟦"{}"⟧'),
    Hostile("powershell variable", "$⟦password = '{}'⟧; Get-Item ."),
    Hostile("powershell secure string", "ConvertTo-SecureString ⟦'{}'⟧ -AsPlainText -Force"),
    Hostile("fish", "set -gx API_TOKEN ⟦{}⟧"),
    Hostile("csh", "setenv DB_PASSWORD ⟦{}⟧"),
    Hostile("dockerfile", "FROM alpine\nENV ⟦DB_PASSWORD={}⟧\nRUN true"),
    Hostile("dockerfile, older", "FROM alpine\nENV DB_PASSWORD ⟦{}⟧\nRUN true"),
    Hostile("build argument", "docker build --build-arg ⟦NPM_TOKEN={}⟧ ."),
    Hostile("systemd", 'Environment="⟦DB_PASSWORD={}⟧"'),
    Hostile("crontab", "0 4 * * * ⟦PGPASSWORD={}⟧ pg_dump -U app orders"),
    Hostile("html entities", "{&quot;user&quot;:&quot;app&quot;,&quot;password⟦&quot;:&quot;{}⟧&quot;}"),
    Hostile("html numbers", "token⟦=&#39;{}⟧&#39;"),
    Hostile("html field", '<input type="password" name="password" ⟦value="{}"⟧>'),
    Hostile("markdown row", "| `DB_PASSWORD` | ⟦`{}`⟧ |"),
    Hostile("markdown emphasis", "**Password:** ⟦`{}`⟧"),
    Hostile("python dict", "{'user': 'app', ⟦'password': '{}'⟧, 'port': 5432}"),
    Hostile("python repr", "Settings(user='app', ⟦password='{}'⟧, port=5432)"),
    Hostile("python bytes", "{'token': ⟦b'{}'⟧}"),
    Hostile("python subscript", "os.environ['API_TOKEN'⟦] = '{}'⟧"),
    Hostile("python dictionary call", "dict(user='app', ⟦api_key='{}'⟧)"),
    Hostile("go struct", "{User:app ⟦Password:{}⟧ Host:db.internal}"),
    Hostile("go map", "map[host:db.internal ⟦password:{}⟧ user:app]"),
    Hostile("go literal", 'Config{User: "app", ⟦Password: "{}"⟧, Port: 1}'),
    Hostile("ruby rocket", '{:user => "app", ⟦:password => "{}"⟧}'),
    Hostile("ruby string rocket", '{"user"=>"app", ⟦"password"=>"{}"⟧}'),
    Hostile("php", "return ['user' => 'app', ⟦'password' => '{}'⟧];"),
    Hostile("php constant", "define(⟦'DB_PASSWORD', '{}'⟧);"),
    Hostile("javascript", "const user = 'app'; const ⟦password = '{}'⟧;"),
    Hostile("javascript object", "connect({ user: 'app', ⟦password: '{}'⟧, port: 1 })"),
    Hostile("java setter", 'config.setPassword(⟦"{}"⟧);'),
    Hostile("java field", 'private static final String ⟦API_KEY = "{}"⟧;'),
    Hostile("c macro", '#define API_KEY ⟦"{}"⟧'),
    Hostile("rust", 'let ⟦api_key = "{}"⟧;'),
    Hostile("c sharp settings", '{"ConnectionStrings": {"Main": "Server=db;User Id=sa;⟦Password={}⟧;"}}'),
    Hostile("sql create user", "CREATE USER app WITH PASSWORD ⟦'{}'⟧;"),
    Hostile("sql identified by", "CREATE USER 'app'@'%' IDENTIFIED BY ⟦'{}'⟧;"),
    Hostile("sql alter role", "ALTER ROLE app WITH LOGIN PASSWORD ⟦'{}'⟧ VALID UNTIL 'infinity';"),
    Hostile("xml element", "<user>app</user>⟦<password>{}</password>⟧<port>1</port>"),
    Hostile("xml attribute", '<dataSource user="app" ⟦password="{}"⟧ port="1"/>'),
    Hostile("xml property", '<property name="password" ⟦value="{}"⟧/>'),
    Hostile("yaml block", "password: |\n  ⟦{}⟧\nuser: app"),
    Hostile("yaml folded", "token: >-\n    ⟦{}⟧\nuser: app"),
    Hostile("yaml list of names and values", "env:\n- name: DB_PASSWORD\n  value: ⟦{}⟧\n- name: PORT\n  value: '1'"),
    Hostile("key and value on two lines", '{\n  "password":\n    ⟦"{}"⟧\n}'),
    Hostile("json with spaces", '{ "user" : "app" , "password" : "⟦{}⟧" }'),
    Hostile("form body", "curl -d 'grant_type=password&username=app&⟦password={}⟧&scope=x' https://a.example/token"),
    Hostile("json body", """curl -d '{"user":"app","password":"⟦{}⟧"}' https://a.example/login"""),
    Hostile("escaped json body", r"""curl -d "{\"user\":\"app\",\"password\":\"⟦{}⟧\"}" https://a.example/login"""),
    Hostile("httpie", "http POST https://a.example/login user=app ⟦password={}⟧"),
    Hostile("cookie option", "curl -b '⟦session={}⟧' https://a.example/"),
    Hostile("cookie jar", "a.example\tFALSE\t/\tTRUE\t1800000000\tsessionid\t⟦{}⟧", "32h"),
    Hostile("percent-encoded query", "https://a.example/in?next=%2Fme%3Faccess_token⟦%3D{}⟧%26x%3D1"),
    Hostile("percent-encoded address", "https://a.example/add?url=https%3A%2F%2Fjane⟦%3A{}⟧%40git.example%2Fa.git"),
    Hostile("percent-encoded bearer", "https://a.example/?h=Authorization%3A%20Bearer⟦%20{}⟧"),
    Hostile("arguments, apart", '["deployctl", "--token", "⟦{}⟧", "--yes"]'),
    Hostile("arguments, joined", '["deployctl", "--⟦token={}⟧", "--yes"]'),
    Hostile("arguments of curl", '["curl", "-H", "Authorization: Bearer ⟦{}⟧", "https://a.example"]'),
    Hostile("arguments of curl, user", '["curl", "-u", "⟦admin:{}⟧", "https://a.example"]'),
    Hostile("arguments of a shell", '["bash", "-lc", "export ⟦API_TOKEN={}⟧ && deploy"]'),
    Hostile("spoken", "The password is ⟦{}⟧, please change it", "10a =! 4a"),
    Hostile("asked", "Enter password: ⟦{}⟧\nWelcome"),
    Hostile("sshpass, joined", "sshpass -p⟦{}⟧ ssh deploy@10.0.4.9"),
    Hostile("quoted option", 'mysql -u root --⟦password="{}"⟧ shop'),
    Hostile("logged headers", "headers={'Accept': '*/*', 'Authorization': 'Bearer ⟦{}⟧'}"),
    Hostile("logged header pairs", "headers: [('authorization', ⟦'Bearer {}'⟧), ('accept', '*/*')]"),
    Hostile("logged query", 'GET /v1/me?⟦access_token={}⟧ HTTP/1.1" 200 12'),
    Hostile("password with signs", '⟦DB_PASSWORD="{}"⟧', "=p@ 4a =$ 4a =! 3a =& 2a =*"),
    Hostile("password with spaces", '⟦password: "{}"⟧', "5a = 5a = 5a".replace("= ", "=_ ")),
    Hostile("password with umlauts", "⟦DB_PASSWORD={}⟧ next=1", "=Grün3 =r-Kä 8a"),
    Hostile("behind umlauts", "schlüsselbund 🔑 für ⟦password={}⟧ übrig"),
    Hostile("password of letters", "⟦DB_PASSWORD={}⟧", "14A"),
    Hostile("password of letters in ini", "[mail]\n⟦smtp_pass={}⟧\nport=25", "14A"),
    Hostile("password of letters in yaml", "db:\n  ⟦password: {}⟧\n  port: 1", "16A"),
    Hostile("password of letters in json", '{"user": "app", "password": "⟦{}⟧"}', "14A"),
    Hostile("token of letters", "export ⟦TRAVIS_TOKEN={}⟧", "22A"),
    Hostile("key that begins with a slash", "⟦aws_secret_access_key = {}⟧", "=/ 39b"),
    Hostile("key that begins with a plus", "⟦aws_secret_access_key={}⟧", "=+ 39b"),
    Hostile("header value that begins with a slash", "Authorization: ⟦ApiKey {}⟧", "=/ 59b"),
    Hostile("short password", "⟦DB_PASSWORD={}⟧", "8a"),
    Hostile("password of digits", "⟦DB_PASSWORD={}⟧", "12d"),
)
JSON = (
    Hostile("escaped dash", r'{"data": "⟦{}⟧"}', r"=sk\u002dant\u002dapi03\u002d 93w"),
    Hostile(
        "all of it escaped", r'{"password": "⟦{}⟧"}', r"=\u0054\u0072\u0030\u0075\u0062\u0034\u0064\u006f\u0072\u0021"
    ),
    Hostile("escaped ampersand", r'{"url": "https://a.example/?user=x\u0026⟦password={}⟧\u0026y=1"}'),
    Hostile("escaped equals sign", r'{"text": "⟦DB_PASSWORD\u003d{}⟧ x"}'),
    Hostile("escaped slashes", r'{"url": "postgres⟦:\/\/app:{}@⟧db.internal\/orders"}'),
    Hostile("escaped quotes", r'{"text": "{\"a\": 1, \"password\": \"⟦{}⟧\"}"}'),
    Hostile("escaped twice", r'{"text": "{\"in\": \"{\\\"password\\\": \\\"⟦{}⟧\\\"}\"}"}'),
    Hostile("escaped letter in front", r'{"text": "caf\u00e9⟦{}⟧"}', GITHUB),
    Hostile("escaped line break in front", r'{"text": "a\n⟦{}⟧\nb"}', GITHUB),
    Hostile("escaped line break in front, twice", r'{"text": "{\"in\": \"a\\n⟦{}⟧\\nb\"}"}', GITHUB),
    Hostile("escaped tab in front", r'{"text": "a\t⟦{}⟧\tb"}', ANTHROPIC),
    Hostile("escaped name", r'{"pass\u0077ord": "⟦{}⟧"}'),
    Hostile("umlauts escaped", r'{"größe": "\u00fc", "password": "⟦{}⟧"}', r"=Gr\u00fcn3 =r-K\u00e4 8a"),
    Hostile("no spaces", r'{"a":1,"password":"⟦{}⟧","b":2}'),
    Hostile("deep", r'{"a": [{"b": {"c": [[{"apiKey": "⟦{}⟧"}]]}}]}'),
    Hostile("a list of secrets", r'{"passwords": ["⟦{}⟧"]}'),
    Hostile("below a secret name", r'{"credentials": {"user": "app", "password": "⟦{}⟧"}}'),
    Hostile("name and value", r'{"env": [{"name": "DB_PASSWORD", "value": "⟦{}⟧"}, {"name": "PORT", "value": "1"}]}'),
    Hostile("key and value", r'{"tags": [{"Key": "db_password", "Value": "⟦{}⟧"}]}'),
    Hostile("header name and value", r'{"headers": [{"name": "Authorization", "value": "⟦Bearer {}⟧"}]}'),
    Hostile("header pair", r'{"headers": [["x-api-key", "⟦{}⟧"], ["accept", "*/*"]]}'),
    Hostile("header list", r'{"headers": {"authorization": ["⟦Bearer {}⟧"]}}'),
    Hostile("a key that is a secret", r'{"sessions": {"⟦{}⟧": {"user": 7}}}', GITHUB),
    Hostile("command with a heredoc", r'{"command": "cat > .env <<EOF\nUSER=app\n⟦DB_PASSWORD={}⟧\nEOF"}'),
    Hostile("edit of a file", r'{"old_string": "⟦password = \"{}\"⟧", "new_string": "password = env(\"DB\")"}'),
    Hostile("list of arguments", r'{"command": ["deployctl", "--token", "⟦{}⟧", "--yes"]}'),
    Hostile("surrogates around", r'{"text": "\ud83d\udd11⟦{}⟧\ud83d\udd11"}', GITHUB),
)
