PRAGMA foreign_keys = OFF;
CREATE TABLE `message` (
  `id` text PRIMARY KEY,
  `session_id` text NOT NULL,
  `time_created` integer NOT NULL,
  `time_updated` integer NOT NULL,
  `data` text NOT NULL,
  CONSTRAINT `fk_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
);
CREATE TABLE `part` (
  `id` text PRIMARY KEY,
  `message_id` text NOT NULL,
  `session_id` text NOT NULL,
  `time_created` integer NOT NULL,
  `time_updated` integer NOT NULL,
  `data` text NOT NULL,
  CONSTRAINT `fk_part_message_id_message_id_fk` FOREIGN KEY (`message_id`) REFERENCES `message`(`id`) ON DELETE CASCADE
);
CREATE TABLE `session` (
  `id` text PRIMARY KEY,
  `project_id` text NOT NULL,
  `workspace_id` text,
  `parent_id` text,
  `slug` text NOT NULL,
  `directory` text NOT NULL,
  `path` text,
  `title` text NOT NULL,
  `version` text NOT NULL,
  `share_url` text,
  `summary_additions` integer,
  `summary_deletions` integer,
  `summary_files` integer,
  `summary_diffs` text,
  `metadata` text,
  `cost` real DEFAULT 0 NOT NULL,
  `tokens_input` integer DEFAULT 0 NOT NULL,
  `tokens_output` integer DEFAULT 0 NOT NULL,
  `tokens_reasoning` integer DEFAULT 0 NOT NULL,
  `tokens_cache_read` integer DEFAULT 0 NOT NULL,
  `tokens_cache_write` integer DEFAULT 0 NOT NULL,
  `revert` text,
  `permission` text,
  `agent` text,
  `model` text,
  `time_created` integer NOT NULL,
  `time_updated` integer NOT NULL,
  `time_compacting` integer,
  `time_archived` integer,
  CONSTRAINT `fk_session_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
);
CREATE INDEX `message_session_time_created_id_idx` ON `message` (`session_id`,`time_created`,`id`);
CREATE INDEX `part_message_id_id_idx` ON `part` (`message_id`,`id`);
CREATE INDEX `part_session_idx` ON `part` (`session_id`);
CREATE INDEX `session_project_idx` ON `session` (`project_id`);
CREATE INDEX `session_workspace_idx` ON `session` (`workspace_id`);
CREATE INDEX `session_parent_idx` ON `session` (`parent_id`);
INSERT INTO session VALUES ('ses_e036f30d2ffej1gsB8OZvJaotB', 'ad47727a1adec4041d382c3bbe95fa05f1117d28', NULL, NULL, 'cosmic-knight', '/home/dev/demo', '', 'Fix division by zero', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.0, 0, 0, 0, 0, 0, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 'build', '{"id":"claude-sonnet-4-5","providerID":"script","variant":"default"}', 1795238711085, 1795238711875, NULL, NULL);
INSERT INTO session VALUES ('ses_e036f2726ffe1sCd9pMBqIXuFX', 'ad47727a1adec4041d382c3bbe95fa05f1117d28', NULL, NULL, 'crisp-knight', '/home/dev/demo', '', 'Fix division by zero', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.0, 0, 0, 0, 0, 0, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 'build', '{"id":"claude-sonnet-4-5","providerID":"script","variant":"default"}', 1795238713561, 1795238714339, NULL, NULL);
INSERT INTO message VALUES ('msg_1fc90cf5d001SfET1Q9sUMU4NH', 'ses_e036f30d2ffej1gsB8OZvJaotB', 1795238711133, 1795238711880, '{"role":"user","time":{"created":1795238711133},"agent":"build","model":{"providerID":"script","modelID":"claude-sonnet-4-5"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_1fc90d18d001uoOQ7mNCHC9MPp', 'ses_e036f30d2ffej1gsB8OZvJaotB', 1795238711693, 1795238712349, '{"parentID":"msg_1fc90cf5d001SfET1Q9sUMU4NH","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/demo","root":"/home/dev/demo"},"cost":0,"tokens":{"input":0,"output":0,"reasoning":0,"cache":{"read":0,"write":0}},"modelID":"claude-sonnet-4-5","providerID":"script","time":{"created":1795238711693,"completed":1795238712348},"error":{"name":"APIError","data":{"message":"Your credit balance is too low","statusCode":400,"isRetryable":false,"responseHeaders":{"content-length":"150","content-type":"application/json","date":"Sat, 21 Nov 2026 05:25:12 GMT","request-id":"req_err000002","retry-after":"1","server":"BaseHTTP/0.6 Python/3.11.2"},"responseBody":"{\"type\": \"error\", \"error\": {\"type\": \"invalid_request_error\", \"message\": \"Your credit balance is too low\", \"code\": 400}, \"request_id\": \"req_err000002\"}","metadata":{"url":"http://127.0.0.1:40449/v1/chat/completions"}}}}');
INSERT INTO message VALUES ('msg_1fc90d909001uxVB060DcDx99Q', 'ses_e036f2726ffe1sCd9pMBqIXuFX', 1795238713609, 1795238714345, '{"role":"user","time":{"created":1795238713609},"agent":"build","model":{"providerID":"script","modelID":"claude-sonnet-4-5"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES ('msg_1fc90db60001X9zCRK7PDYci4F', 'ses_e036f2726ffe1sCd9pMBqIXuFX', 1795238714208, 1795238714210, '{"parentID":"msg_1fc90d909001uxVB060DcDx99Q","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/demo","root":"/home/dev/demo"},"cost":0,"tokens":{"input":0,"output":0,"reasoning":0,"cache":{"read":0,"write":0}},"modelID":"claude-sonnet-4-5","providerID":"script","time":{"created":1795238714208}}');
INSERT INTO part VALUES ('prt_1fc90cf68001Oni2t8iff1MjnT', 'msg_1fc90cf5d001SfET1Q9sUMU4NH', 'ses_e036f30d2ffej1gsB8OZvJaotB', 1795238711152, 1795238711155, '{"type":"text","text":"\"Nobody will answer this\""}');
INSERT INTO part VALUES ('prt_1fc90d90e0011lUQhEStCLNoL7', 'msg_1fc90d909001uxVB060DcDx99Q', 'ses_e036f2726ffe1sCd9pMBqIXuFX', 1795238713618, 1795238713619, '{"type":"text","text":"\"Still nobody there\""}');
