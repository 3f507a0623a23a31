"""The tables of the index. Everything in them can be made again from the agents' logs and the archive."""

from __future__ import annotations

DATA_VERSION = 10
"""Raised when what is stored changes its meaning: an older index is rebuilt, a newer one is refused."""

OUTCOME_VERSION = 4
"""Raised when the analysis finds something else in the same events, or a report says it otherwise: digests and answers that
were kept are made anew, the index stays."""

MEASURES = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches")
"""Columns of a usage, NULL where unknown: SUM ignores NULL, as docs/numbers.md wants it."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);      -- branches and tool names, once each

CREATE TABLE class (                                                        -- what decides a call's rate
    id INTEGER PRIMARY KEY, model TEXT NOT NULL, speed TEXT NOT NULL, geo TEXT NOT NULL, tier TEXT NOT NULL,
    band INTEGER NOT NULL, UNIQUE (model, speed, geo, tier, band));

CREATE TABLE source (                                                       -- one log file
    id INTEGER PRIMARY KEY, agent TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL,  -- as last seen
    offset INTEGER NOT NULL DEFAULT 0,                                      -- read by the first tier up to here
    edge BLOB,                                                              -- hash of the bytes before offset
    state BLOB,                                                             -- the reader's memory at offset
    born INTEGER NOT NULL DEFAULT 0,                                        -- mtime at first sight
    gone INTEGER NOT NULL DEFAULT 0,
    again INTEGER NOT NULL DEFAULT 0,                                       -- to be read anew, from wherever it is
    changed INTEGER NOT NULL DEFAULT 0,                                     -- 1: lost lines once; 2: unarchived ones
    torn INTEGER NOT NULL DEFAULT 0,                                        -- bytes of an unfinished last line
    kept INTEGER NOT NULL DEFAULT 0,                                        -- archived up to this offset of the file
    generation INTEGER NOT NULL DEFAULT 0,                                  -- 1: rewritten, the archive is the log
    archive_size INTEGER NOT NULL DEFAULT 0,                                -- bytes of the archive file that count
    form INTEGER NOT NULL DEFAULT 0,                                        -- 1: events are archived, not records
    indexed INTEGER NOT NULL DEFAULT 0,                                     -- full text up to this offset of the log
    events INTEGER NOT NULL DEFAULT 0,                                      -- numbers given so far
    reader BLOB,                                                            -- the full reader's memory at indexed
    inherited BLOB);                                                        -- keys of rows copied from elsewhere

CREATE TABLE session (
    id INTEGER PRIMARY KEY, agent TEXT NOT NULL, key TEXT NOT NULL, root_key TEXT NOT NULL,
    root INTEGER, parent INTEGER, tool_id TEXT,                             -- the tool call that started it
    starter TEXT,                                                           -- the session that its log says started it
    content INTEGER NOT NULL DEFAULT 0, title TEXT, cwd TEXT, repo TEXT, branch TEXT, version TEXT,
    started INTEGER, ended INTEGER, active INTEGER, prompts INTEGER NOT NULL DEFAULT 0,
    lines_added INTEGER NOT NULL DEFAULT 0, lines_removed INTEGER NOT NULL DEFAULT 0,
    failed_steps INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, api_errors INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0, tail TEXT NOT NULL DEFAULT '', changed INTEGER NOT NULL DEFAULT 0,
    credits INTEGER,                                                        -- the vendor's own unit, in millionths
    recorded INTEGER, has_record INTEGER NOT NULL DEFAULT 0,                -- dollars of the agent's cost record
    UNIQUE (agent, key));
CREATE INDEX session_root ON session (root);
CREATE INDEX session_root_key ON session (root_key);
CREATE INDEX session_starter ON session (starter) WHERE starter IS NOT NULL;
CREATE INDEX session_ended ON session (ended);

CREATE TABLE part (source INTEGER, session INTEGER, data BLOB NOT NULL, PRIMARY KEY (source, session)) WITHOUT ROWID;
CREATE INDEX part_session ON part (session);

CREATE TABLE call (
    key INTEGER PRIMARY KEY, source INTEGER NOT NULL, session INTEGER NOT NULL, rank INTEGER NOT NULL,
    request INTEGER, at INTEGER NOT NULL, last INTEGER NOT NULL, class INTEGER NOT NULL, branch INTEGER NOT NULL,
    tool INTEGER NOT NULL, counts INTEGER NOT NULL, input INTEGER, output INTEGER, cache_read INTEGER,
    cache_write_5m INTEGER, cache_write_1h INTEGER, reasoning INTEGER, web_searches INTEGER, recorded INTEGER);
CREATE INDEX call_session ON call (session);
CREATE INDEX call_at ON call (at);

CREATE TABLE tool (call INTEGER, key INTEGER, name INTEGER NOT NULL, at INTEGER NOT NULL,
    failed INTEGER NOT NULL DEFAULT 0, step_failed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (call, key)) WITHOUT ROWID;

CREATE TABLE prompt (key INTEGER PRIMARY KEY, source INTEGER NOT NULL, session INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX prompt_session ON prompt (session);

CREATE TABLE record (source INTEGER, n INTEGER, session INTEGER NOT NULL, data BLOB NOT NULL,
    began INTEGER, ended INTEGER,                                           -- by the record's own clock; NULL: not told
    PRIMARY KEY (source, n)) WITHOUT ROWID;
CREATE INDEX record_session ON record (session);
CREATE INDEX record_began ON record (began) WHERE began IS NOT NULL;
CREATE INDEX record_ended ON record (ended) WHERE ended IS NOT NULL;

CREATE TABLE link (agent TEXT, agent_id TEXT, source INTEGER, call INTEGER, tool_id TEXT NOT NULL,
    PRIMARY KEY (agent, agent_id, source)) WITHOUT ROWID;

CREATE TABLE unread (source INTEGER, offset INTEGER, length INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (source, offset)) WITHOUT ROWID;

CREATE TABLE peer (source INTEGER, other INTEGER, PRIMARY KEY (source, other)) WITHOUT ROWID;  -- logs that share rows

CREATE TABLE merged (source INTEGER PRIMARY KEY, session INTEGER NOT NULL);    -- secondhand logs of sessions with their own

CREATE TABLE usage (                                                        -- roll-up by UTC quarter-hour
    session INTEGER, quarter INTEGER, class INTEGER, branch INTEGER, unlogged INTEGER,
    calls INTEGER NOT NULL, entries INTEGER NOT NULL, tool_calls INTEGER NOT NULL, errors INTEGER NOT NULL,
    input INTEGER, output INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER,
    reasoning INTEGER, web_searches INTEGER, recorded INTEGER,
    PRIMARY KEY (session, quarter, class, branch, unlogged)) WITHOUT ROWID;

CREATE TABLE unlogged (                                                     -- known from the agent's cost record alone
    session INTEGER NOT NULL, at INTEGER NOT NULL, class INTEGER NOT NULL, branch INTEGER NOT NULL, input INTEGER,
    output INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER, web_searches INTEGER);
CREATE INDEX unlogged_session ON unlogged (session);

CREATE TABLE outcome (                                                      -- what a session produced by itself
    session INTEGER PRIMARY KEY, turn INTEGER NOT NULL DEFAULT 0,           -- counts the changes of its rows
    version INTEGER NOT NULL DEFAULT 0,                                     -- OUTCOME_VERSION it was made under; 0: stale
    tool_calls INTEGER,                                                     -- in `step`; NULL: not known
    verdict INTEGER,                                                        -- what made it productive; NULL: no question
    data BLOB,                                                              -- NULL: not known
    branch TEXT,                                                            -- where it led; NULL: the log knows better
    retries INTEGER, findings INTEGER,                                      -- NULL: not known
    prices INTEGER);                                                        -- that had a say in its claims; NULL: none had
CREATE TABLE waste (                                                        -- tokens of its calls spent for nothing
    session INTEGER, n INTEGER, at INTEGER, model TEXT NOT NULL, speed TEXT NOT NULL, geo TEXT NOT NULL,
    tier TEXT NOT NULL, band INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
    rule TEXT NOT NULL DEFAULT '', PRIMARY KEY (session, n)) WITHOUT ROWID;
CREATE TABLE found (                                                        -- its findings, by rule and advice
    session INTEGER, rule TEXT, fix INTEGER, findings INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (session, rule, fix)) WITHOUT ROWID;
CREATE TABLE step (                                                         -- its tool calls, as the ledger groups calls
    session INTEGER, quarter INTEGER, model TEXT, tool INTEGER, kind TEXT, calls INTEGER NOT NULL, failed INTEGER NOT NULL,
    timed INTEGER NOT NULL, total_ms INTEGER NOT NULL, longest_ms INTEGER, runs TEXT NOT NULL,
    PRIMARY KEY (session, quarter, model, tool, kind)) WITHOUT ROWID;
CREATE INDEX step_quarter ON step (quarter);
CREATE TABLE step_day (                                                     -- all of them, by UTC day
    day INTEGER, agent TEXT, tool INTEGER, kind TEXT, calls INTEGER NOT NULL, failed INTEGER NOT NULL,
    timed INTEGER NOT NULL, total_ms INTEGER NOT NULL, longest_ms INTEGER, runs TEXT NOT NULL,
    PRIMARY KEY (day, agent, tool, kind)) WITHOUT ROWID;
CREATE TABLE step_due (day INTEGER PRIMARY KEY);                            -- days that are to be summed anew
CREATE TABLE path (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);      -- of files, once each
CREATE TABLE file (                                                         -- what it did to files
    path INTEGER, session INTEGER, reads INTEGER NOT NULL, writes INTEGER NOT NULL, lines_added INTEGER NOT NULL,
    lines_removed INTEGER NOT NULL, last INTEGER, PRIMARY KEY (path, session)) WITHOUT ROWID;
CREATE INDEX file_session ON file (session);
CREATE TABLE file_sum (                                                     -- by all sessions together
    path INTEGER PRIMARY KEY, reads INTEGER NOT NULL, writes INTEGER NOT NULL, lines_added INTEGER NOT NULL,
    lines_removed INTEGER NOT NULL, last INTEGER, sessions INTEGER NOT NULL);
CREATE TABLE file_due (path INTEGER PRIMARY KEY);                           -- files that are to be summed anew
CREATE TABLE worked (                                                       -- answers of reports about long sessions
    session INTEGER, name TEXT NOT NULL, mark BLOB NOT NULL,                -- of all that they follow from
    data BLOB NOT NULL, PRIMARY KEY (session, name)) WITHOUT ROWID;
CREATE TABLE made (                                                         -- its commits
    session INTEGER, n INTEGER, event TEXT NOT NULL, nth INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER,
    sha TEXT, head TEXT,                                                    -- the first four digits of the sha
    prompt TEXT, model TEXT, stands INTEGER NOT NULL,
    counts INTEGER,                                                         -- here, over all sessions; NULL: not settled
    PRIMARY KEY (session, n)) WITHOUT ROWID;
CREATE INDEX made_head ON made (head) WHERE head IS NOT NULL;
CREATE INDEX made_event ON made (event);
CREATE INDEX made_open ON made (session) WHERE counts IS NULL;
CREATE TABLE pull (                                                         -- its pull requests
    session INTEGER, n INTEGER, key INTEGER NOT NULL, at INTEGER, model TEXT, changed INTEGER NOT NULL,
    created INTEGER NOT NULL, merged INTEGER NOT NULL, PRIMARY KEY (session, n)) WITHOUT ROWID;
CREATE TABLE forge (                                                        -- what a forge said of them when it was asked
    key INTEGER, session INTEGER, at INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (key, session)) WITHOUT ROWID;
CREATE INDEX forge_session ON forge (session);

CREATE TABLE doc (                                                          -- what a hit of the full text stands for
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, session INTEGER NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL,
    at INTEGER, kind TEXT NOT NULL, tool INTEGER NOT NULL, path TEXT, failed INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL);
CREATE INDEX doc_source ON doc (source);
CREATE VIRTUAL TABLE text USING fts5 (body, content='', detail=full, tokenize="unicode61 remove_diacritics 2 tokenchars '_'");
"""
