-- Values that the type of their column forbids, and every kind of key.
CREATE TABLE kinds (
  id INTEGER PRIMARY KEY, small INTEGER, large INTEGER, fraction REAL, endless REAL, exact NUMERIC(10, 2), word TEXT,
  latin TEXT, bytes BLOB, day DATE, moment DATETIME, flag BOOLEAN, document JSON, anything, uuid UUID
);
INSERT INTO kinds VALUES (1, 1, 9223372036854775807, 0.1, 9e999, 'twelve', 'a' || char(0) || 'ü😀', CAST(x'67fc6e' AS TEXT),
  x'00ff', 'tomorrow', '2024-02-30T25:61', 'maybe', '{"a": [1, NaN]}', x'616263', '6ba7b810-9dad-11d1');
INSERT INTO kinds VALUES (2, -5, -9007199254740991, -1e-300, -9e999, 12.50, '', 'x', x'', 20240101, 1.5, 1, 'not json', 'abc', 7);
INSERT INTO kinds (id) VALUES (3);
CREATE TABLE key_text (k TEXT PRIMARY KEY NOT NULL);
INSERT INTO key_text VALUES (''), ('a'), ('B'), ('b'), ('''"\'), ('ä'), ('😀'), ('a' || char(0)), (CAST(x'67fc6e' AS TEXT)), (CAST(x'fffe' AS TEXT)), ('g');
CREATE TABLE key_nocase (k TEXT COLLATE NOCASE PRIMARY KEY NOT NULL);
INSERT INTO key_nocase VALUES ('a'), ('B'), ('c'), ('D'), ('e'), ('_');
CREATE TABLE key_nullable (k TEXT PRIMARY KEY);
INSERT INTO key_nullable VALUES (NULL), (NULL), (NULL), (NULL), ('a'), ('b'), ('c');
CREATE TABLE key_without_null (k TEXT PRIMARY KEY);
INSERT INTO key_without_null VALUES ('a'), ('b'), ('c'), ('d');
CREATE TABLE key_real (k REAL PRIMARY KEY NOT NULL);
INSERT INTO key_real VALUES (0.1), (0.30000000000000004), (0.3), (1e300), (-9e999), (9e999), (1), (5e-324);
CREATE TABLE key_anything (k PRIMARY KEY NOT NULL);
INSERT INTO key_anything VALUES (1), (1.5), ('1'), (x'31'), ('1.5'), (9223372036854775807), (-9223372036854775808), (x''), ('');
CREATE TABLE key_numeric (k NUMERIC(20, 3) PRIMARY KEY NOT NULL);
INSERT INTO key_numeric VALUES (1), (1.5), ('x'), (x'31'), (9007199254740993), (9007199254740992);
CREATE TABLE key_moment (k DATETIME PRIMARY KEY NOT NULL);
INSERT INTO key_moment VALUES ('2024-01-01 00:00:00'), ('2024-01-01T00:00:00'), ('2024-01-01 00:00:00.000001'), ('2024'), (5), ('-44');
CREATE TABLE key_blob (k BLOB PRIMARY KEY NOT NULL);
INSERT INTO key_blob VALUES (x''), (x'00'), (x'00ff'), (x'ff'), (x'7f80');
CREATE TABLE key_pair (a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO key_pair VALUES ('x', 1, 'a'), ('x', 2, 'b'), ('x', 3, 'c'), ('y', 1, 'd'), ('y', 2, NULL), ('z', 0, 'f');
CREATE TABLE key_triple (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (c, b, a));
INSERT INTO key_triple WITH n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 26) SELECT i % 3, i / 3 % 3, i / 9 FROM n;
CREATE TABLE key_unique (a INTEGER NOT NULL UNIQUE, b TEXT);
INSERT INTO key_unique VALUES (3, 'x'), (1, 'x'), (2, 'x'), (9, NULL);
CREATE TABLE no_key (a, b);
INSERT INTO no_key VALUES (1, 1), (1, 1), (1, 1), (NULL, NULL), (NULL, NULL);
CREATE TABLE no_key_long AS WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10050) SELECT i FROM n;
CREATE TABLE empty (a INTEGER PRIMARY KEY);
CREATE VIEW a_view AS SELECT k, k || k AS "k:1" FROM key_text;
CREATE TABLE "q""uo'te \ %s :x <b>&amp;" ("c""o'l \ %(y)s :z <i>" INTEGER PRIMARY KEY, "limit" TEXT, "after" TEXT, value_0 TEXT, key_0 TEXT);
INSERT INTO "q""uo'te \ %s :x <b>&amp;" VALUES (3, '<script>alert(1)</script>', 'b', 'z', 'y'), (2, 'a', 'b', 'y', 'z'), (1, 'a', 'b', 'x', 'x');
CREATE TABLE "a/b c?d#e" (id INTEGER PRIMARY KEY);
INSERT INTO "a/b c?d#e" VALUES (1), (2), (3);
CREATE TABLE dangling (id INTEGER PRIMARY KEY, other INTEGER REFERENCES nowhere (id));
CREATE TABLE parent (code TEXT PRIMARY KEY NOT NULL, other TEXT REFERENCES child (id));
CREATE TABLE child (id PRIMARY KEY NOT NULL, code TEXT REFERENCES parent (code), a TEXT, b INTEGER, FOREIGN KEY (a, b) REFERENCES key_pair (a, b));
INSERT INTO parent VALUES ('a "/?&', NULL), ('b', 1);
INSERT INTO child VALUES (1, 'a "/?&', 'x', 2), ('1', NULL, NULL, 2), (x'31', 'b', 'z', 0);
