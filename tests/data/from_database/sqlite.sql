CREATE TABLE types (
    id INTEGER PRIMARY KEY AUTOINCREMENT, anything, "any" ANY, int INT DEFAULT 1, big BIGINT, "unsigned" UNSIGNED BIG INT, price NUMERIC(10,2) NOT NULL DEFAULT 0.00, ratio REAL, name VARCHAR(40) COLLATE NOCASE DEFAULT 'a:b ''c'' %',
    words TEXT, raw BLOB, odd BLOB SUB_TYPE TEXT, flag BOOLEAN CHECK (flag IN (0, 1)), day DATE, moment DATETIME DEFAULT CURRENT_TIMESTAMP, uuid UUID, money MONEY, js JSON, expr TEXT DEFAULT (lower('A')),
    colour TEXT CHECK (colour IN ('red', 'green')), total AS (price * 2) STORED, twice AS (price * 3)
);
CREATE TABLE strict (id INTEGER PRIMARY KEY, x ANY, y INT NOT NULL) STRICT;
CREATE TABLE without_rowid (a TEXT PRIMARY KEY, b) WITHOUT ROWID;
CREATE TABLE nullable_key (a TEXT PRIMARY KEY, b INTEGER);
CREATE TABLE nullable_composite (a TEXT, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE base (id INTEGER PRIMARY KEY, "column" TEXT, "text" TEXT, uuid TEXT, datetime TEXT, metadata TEXT, registry TEXT, "__tablename__" TEXT, class TEXT, "1st" TEXT, "two words" TEXT, "a-b" TEXT, a_b TEXT, "int" INT, list TEXT, [Mapped] INT, `INTEGER` INT, "naïve" TEXT, "per%cent" TEXT, "co:lon" TEXT, "quo""te" TEXT, "Any" TEXT);
CREATE TABLE "column" (base_id INTEGER PRIMARY KEY REFERENCES base, "Table" TEXT);
CREATE TABLE "text" (id INTEGER PRIMARY KEY, metadata INT REFERENCES base (id));
CREATE TABLE "order item" (id INTEGER PRIMARY KEY, "order item" INT REFERENCES "order item");
CREATE TABLE "order-item" (id INTEGER PRIMARY KEY);
CREATE TABLE Employee (EmployeeId INTEGER PRIMARY KEY, ReportsTo INT REFERENCES Employee (EmployeeId), Employee INT REFERENCES Employee (EmployeeId));
CREATE TABLE dangling (id INTEGER PRIMARY KEY, gone INT REFERENCES nowhere (id));
CREATE TABLE no_key (a INT, b TEXT);
CREATE TABLE composite (tenant INT NOT NULL, id INT NOT NULL, parent INT, PRIMARY KEY (tenant, id), UNIQUE (id, tenant), FOREIGN KEY (tenant, parent) REFERENCES composite (tenant, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE child (id INTEGER PRIMARY KEY, tenant INT, composite_id INT, other INT, CONSTRAINT one FOREIGN KEY (tenant, composite_id) REFERENCES composite, CONSTRAINT two FOREIGN KEY (tenant, other) REFERENCES composite (tenant, id));
CREATE TABLE staff (id INTEGER PRIMARY KEY, store INT NOT NULL REFERENCES store);
CREATE TABLE store (id INTEGER PRIMARY KEY, manager INT NOT NULL REFERENCES staff);
CREATE TABLE link (staff_id INT REFERENCES staff, store_id INT REFERENCES store, PRIMARY KEY (staff_id, store_id));
CREATE TABLE friends (a INT NOT NULL REFERENCES staff, b INT NOT NULL REFERENCES staff, PRIMARY KEY (a, b));
CREATE TABLE indexed (id INTEGER PRIMARY KEY, a INT UNIQUE, b TEXT, CONSTRAINT positive CHECK (a > 0 AND b <> ' :x %'), CONSTRAINT both_of UNIQUE (a, b));
CREATE INDEX partial ON indexed (a) WHERE b = 'x:y' AND a > 5;
CREATE INDEX down ON indexed (a DESC, b COLLATE NOCASE);
CREATE INDEX expression ON indexed (lower(b), a);
CREATE VIRTUAL TABLE search USING fts5(title, body);
CREATE VIEW zz AS SELECT id, b AS "the b" FROM indexed;
CREATE VIEW a_first AS SELECT * FROM zz;
CREATE TRIGGER touch AFTER UPDATE ON indexed BEGIN UPDATE indexed SET b = upper(b) WHERE id = NEW.id; SELECT 1; END;
CREATE TABLE blank (id INTEGER PRIMARY KEY, "" TEXT);
