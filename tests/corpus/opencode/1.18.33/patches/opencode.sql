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
INSERT INTO session VALUES ('ses_e01e53476ffeNtdQaOQrP2zh3k', 'ad47727a1adec4041d382c3bbe95fa05f1117d28', NULL, NULL, 'mighty-orchid', '/home/dev/demo', '', 'Fix division by zero', '1.18.33', NULL, 0, 0, 0, NULL, NULL, 0.0303747, 7947, 125, 0, 15529, 0, NULL, '[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]', 'build', '{"id":"gpt-5","providerID":"script","variant":"default"}', 1795264531338, 1795264537508, NULL, NULL);
INSERT INTO message VALUES ('msg_1fe1acc94001aCofeyTWm6Sckr', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264531605, 1795264536741, '{"role":"user","time":{"created":1795264531605},"agent":"build","model":{"providerID":"script","modelID":"gpt-5"},"summary":{"diffs":[{"file":"gone.txt","patch":"Index: gone.txt\n===================================================================\n--- gone.txt\t\n+++ gone.txt\t\n@@ -1,2 +0,0 @@\n-bye\n-bye\n","additions":0,"deletions":2,"status":"deleted"},{"file":"here.txt","patch":"Index: here.txt\n===================================================================\n--- here.txt\t\n+++ here.txt\t\n@@ -1,2 +0,0 @@\n-x\n-y\n","additions":0,"deletions":2,"status":"deleted"},{"file":"new.txt","patch":"Index: new.txt\n===================================================================\n--- new.txt\t\n+++ new.txt\t\n@@ -0,0 +1,2 @@\n+first\n+second\n","additions":2,"deletions":0,"status":"added"},{"file":"old.txt","patch":"Index: old.txt\n===================================================================\n--- old.txt\t\n+++ old.txt\t\n@@ -1,3 +1,4 @@\n 1\n-2\n+two\n+two and a half\n 3\n","additions":2,"deletions":1,"status":"modified"},{"file":"there.txt","patch":"Index: there.txt\n===================================================================\n--- there.txt\t\n+++ there.txt\t\n@@ -0,0 +1,2 @@\n+x\n+z\n","additions":2,"deletions":0,"status":"added"}]}}');
INSERT INTO message VALUES ('msg_1fe1ad2740014VldzrgvaxW9u5', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264533108, 1795264536412, '{"parentID":"msg_1fe1acc94001aCofeyTWm6Sckr","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/demo","root":"/home/dev/demo"},"cost":0.024231,"tokens":{"total":7769,"input":7692,"output":77,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"gpt-5","providerID":"script","time":{"created":1795264533108,"completed":1795264536407},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_1fe1adf6a0014CeYrF6UeDaMzC', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536426, 1795264537147, '{"parentID":"msg_1fe1acc94001aCofeyTWm6Sckr","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/demo","root":"/home/dev/demo"},"cost":0.0033426,"tokens":{"total":7877,"input":145,"output":40,"reasoning":0,"cache":{"write":0,"read":7692}},"modelID":"gpt-5","providerID":"script","time":{"created":1795264536426,"completed":1795264537146},"finish":"tool-calls"}');
INSERT INTO message VALUES ('msg_1fe1ae23f001Zqsy6BfawxClcJ', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264537151, 1795264537481, '{"parentID":"msg_1fe1acc94001aCofeyTWm6Sckr","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/home/dev/demo","root":"/home/dev/demo"},"cost":0.0028011,"tokens":{"total":7955,"input":110,"output":8,"reasoning":0,"cache":{"write":0,"read":7837}},"modelID":"gpt-5","providerID":"script","time":{"created":1795264537151,"completed":1795264537480},"finish":"stop"}');
INSERT INTO part VALUES ('prt_1fe1acca000146K5XbAB0GyYjW', 'msg_1fe1acc94001aCofeyTWm6Sckr', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264531626, 1795264531629, '{"type":"text","text":"\"Patch it\""}');
INSERT INTO part VALUES ('prt_1fe1addef001RqnmKcTR6M7ALx', 'msg_1fe1ad2740014VldzrgvaxW9u5', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536047, 1795264536049, '{"snapshot":"bdd48ab9ce922360dc3017de9bcde689d0393a9e","type":"step-start"}');
INSERT INTO part VALUES ('prt_1fe1addf40013WtxbNyx8e4XHK', 'msg_1fe1ad2740014VldzrgvaxW9u5', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536052, 1795264536125, '{"type":"tool","tool":"apply_patch","callID":"call_demo00000200","state":{"status":"completed","input":{"patchText":"*** Begin Patch\n*** Add File: new.txt\n+first\n+second\n*** Update File: old.txt\n@@\n 1\n-2\n+two\n+two and a half\n 3\n*** Delete File: gone.txt\n*** Update File: here.txt\n*** Move to: there.txt\n@@\n x\n-y\n+z\n*** End Patch"},"output":"Success. Updated the following files:\nA new.txt\nM old.txt\nD gone.txt\nM there.txt","metadata":{"diff":"Index: /home/dev/demo/new.txt\n===================================================================\n--- /home/dev/demo/new.txt\n+++ /home/dev/demo/new.txt\n@@ -0,0 +1,2 @@\n+first\n+second\n\nIndex: /home/dev/demo/old.txt\n===================================================================\n--- /home/dev/demo/old.txt\n+++ /home/dev/demo/old.txt\n@@ -1,3 +1,4 @@\n 1\n-2\n+two\n+two and a half\n 3\n\nIndex: /home/dev/demo/gone.txt\n===================================================================\n--- /home/dev/demo/gone.txt\n+++ /home/dev/demo/gone.txt\n@@ -1,2 +0,0 @@\n-bye\n-bye\n\nIndex: /home/dev/demo/here.txt\n===================================================================\n--- /home/dev/demo/here.txt\n+++ /home/dev/demo/here.txt\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n\n","files":[{"filePath":"/home/dev/demo/new.txt","relativePath":"new.txt","type":"add","patch":"Index: /home/dev/demo/new.txt\n===================================================================\n--- /home/dev/demo/new.txt\n+++ /home/dev/demo/new.txt\n@@ -0,0 +1,2 @@\n+first\n+second\n","additions":2,"deletions":0},{"filePath":"/home/dev/demo/old.txt","relativePath":"old.txt","type":"update","patch":"Index: /home/dev/demo/old.txt\n===================================================================\n--- /home/dev/demo/old.txt\n+++ /home/dev/demo/old.txt\n@@ -1,3 +1,4 @@\n 1\n-2\n+two\n+two and a half\n 3\n","additions":2,"deletions":1},{"filePath":"/home/dev/demo/gone.txt","relativePath":"gone.txt","type":"delete","patch":"Index: /home/dev/demo/gone.txt\n===================================================================\n--- /home/dev/demo/gone.txt\n+++ /home/dev/demo/gone.txt\n@@ -1,2 +0,0 @@\n-bye\n-bye\n","additions":0,"deletions":3},{"filePath":"/home/dev/demo/here.txt","relativePath":"there.txt","type":"move","patch":"Index: /home/dev/demo/here.txt\n===================================================================\n--- /home/dev/demo/here.txt\n+++ /home/dev/demo/here.txt\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n","additions":1,"deletions":1,"movePath":"/home/dev/demo/there.txt"}],"diagnostics":{},"truncated":false},"title":"Success. Updated the following files:\nA new.txt\nM old.txt\nD gone.txt\nM there.txt","time":{"start":1795264536067,"end":1795264536119}}}');
INSERT INTO part VALUES ('prt_1fe1adef0001fbKBH03znSVW2y', 'msg_1fe1ad2740014VldzrgvaxW9u5', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536305, 1795264536306, '{"reason":"tool-calls","snapshot":"c5ad2a58f5a07a0034673faf8c6ee3a358e5b4e8","type":"step-finish","tokens":{"total":7769,"input":7692,"output":77,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0.024231}');
INSERT INTO part VALUES ('prt_1fe1adf520012kX7CWjaV50E0y', 'msg_1fe1ad2740014VldzrgvaxW9u5', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536402, 1795264536405, '{"type":"patch","hash":"bdd48ab9ce922360dc3017de9bcde689d0393a9e","files":["/home/dev/demo/gone.txt","/home/dev/demo/new.txt","/home/dev/demo/old.txt","/home/dev/demo/there.txt"]}');
INSERT INTO part VALUES ('prt_1fe1ae027001rf0NnTGa3i9E7b', 'msg_1fe1adf6a0014CeYrF6UeDaMzC', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536615, 1795264536616, '{"snapshot":"c5ad2a58f5a07a0034673faf8c6ee3a358e5b4e8","type":"step-start"}');
INSERT INTO part VALUES ('prt_1fe1ae02a001cNsliJjb7lDUri', 'msg_1fe1adf6a0014CeYrF6UeDaMzC', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536618, 1795264536667, '{"type":"tool","tool":"apply_patch","callID":"call_demo00000300","state":{"status":"error","input":{"patchText":"*** Begin Patch\n*** Update File: old.txt\n@@\n-no such line\n+x\n*** End Patch"},"error":"apply_patch verification failed: Error: Failed to find expected lines in /home/dev/demo/old.txt:\nno such line","time":{"start":1795264536629,"end":1795264536665}}}');
INSERT INTO part VALUES ('prt_1fe1ae16d001mP1hWI6phbJgoa', 'msg_1fe1adf6a0014CeYrF6UeDaMzC', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264536941, 1795264536943, '{"reason":"tool-calls","snapshot":"c5ad2a58f5a07a0034673faf8c6ee3a358e5b4e8","type":"step-finish","tokens":{"total":7877,"input":145,"output":40,"reasoning":0,"cache":{"write":0,"read":7692}},"cost":0.0033426}');
INSERT INTO part VALUES ('prt_1fe1ae2ec001Agrvxc8ciyrGJO', 'msg_1fe1ae23f001Zqsy6BfawxClcJ', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264537324, 1795264537325, '{"snapshot":"c5ad2a58f5a07a0034673faf8c6ee3a358e5b4e8","type":"step-start"}');
INSERT INTO part VALUES ('prt_1fe1ae2ef001DwbeyVnRWEN0cq', 'msg_1fe1ae23f001Zqsy6BfawxClcJ', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264537327, 1795264537331, '{"type":"text","text":"Patched.","time":{"start":1795264537327,"end":1795264537330}}');
INSERT INTO part VALUES ('prt_1fe1ae344001x3UYa9NUQ4PzYh', 'msg_1fe1ae23f001Zqsy6BfawxClcJ', 'ses_e01e53476ffeNtdQaOQrP2zh3k', 1795264537413, 1795264537414, '{"reason":"stop","snapshot":"c5ad2a58f5a07a0034673faf8c6ee3a358e5b4e8","type":"step-finish","tokens":{"total":7955,"input":110,"output":8,"reasoning":0,"cache":{"write":0,"read":7837}},"cost":0.0028011}');
