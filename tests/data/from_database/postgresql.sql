CREATE SCHEMA "Sales dept";
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE mood AS ENUM ('sad', 'o''k', 'happy');
CREATE TYPE "Sales dept".colour AS ENUM ('red', 'green');
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$') NOT NULL;
CREATE DOMAIN year AS integer DEFAULT 2000 CONSTRAINT in_range CHECK (VALUE >= 1901 AND VALUE <= 2155);
CREATE TYPE address AS (street text, "house number" integer);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE SEQUENCE ticket_number START 100 INCREMENT 5 MAXVALUE 99999 CYCLE;
CREATE FUNCTION next_label(prefix text DEFAULT 'a:b%') RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
    RETURN prefix || ';' || nextval('ticket_number') || '-- next';  -- %s :name
END;
$body$;
CREATE TABLE types (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 2) PRIMARY KEY,
    small smallint DEFAULT 1, price numeric(10,2) NOT NULL DEFAULT 0.00, money money, ratio real, double double precision,
    name varchar(40) COLLATE "C", fixed char(3), body text DEFAULT 'a:b ''c'' %', raw bytea, flag boolean DEFAULT true,
    day date, moment timestamp(3) with time zone DEFAULT now(), local timestamp, clock time(0), span interval day to second,
    ident uuid DEFAULT gen_random_uuid(), doc json, docb jsonb DEFAULT '{}', tags text[] DEFAULT ARRAY['x'::text, 'y'::text], matrix integer[][],
    feelings mood[], feeling mood DEFAULT 'sad', colour "Sales dept".colour, mail email, mails email[], made year, home address, homes address[],
    words tsvector, network inet, mac macaddr, point point, polygon polygon, floats span, ints int4range, days datemultirange,
    bits bit(5), varbits bit varying(7), citext citext, citexts citext[], oid oid, class regclass, snapshot pg_snapshot, xml xml,
    total numeric GENERATED ALWAYS AS (price * 2) STORED, label text DEFAULT next_label()
);
COMMENT ON TABLE types IS 'It''s a "table" of \ types: 100 %';
COMMENT ON COLUMN types.price IS 'in €';
COMMENT ON TYPE mood IS 'a mood';
COMMENT ON FUNCTION next_label(text) IS 'a label';
-- names
CREATE TABLE "base" (id serial PRIMARY KEY, "column" text, "text" text, uuid uuid, datetime timestamp, decimal numeric,
    metadata text, registry text, "__tablename__" text, "__table_args__" text, "class" text, "1st" text, "two words" text, "a-b" text, "a_b" text,
    "int" integer, "list" text, "str" text, "Mapped" integer, "mapped_column" integer, "relationship" text, "Integer" integer, id_ integer, "naïve" text, "🙂" text, "per%cent" text, "co:lon" text, "quo""te" text, "Base" integer, "types" text, dt date, "Any" json, self text, "property" text, "default" text, type text, "None" text);
CREATE TABLE "column" (base_id integer REFERENCES base PRIMARY KEY, "Table" text);
CREATE TABLE "text" (id integer PRIMARY KEY, metadata integer REFERENCES base);
CREATE TABLE "Index" (id integer PRIMARY KEY, "text" integer NOT NULL REFERENCES "text" UNIQUE);
CREATE TABLE "order item" (id integer PRIMARY KEY, "order item" integer REFERENCES "order item");
CREATE TABLE "order-item" (id integer PRIMARY KEY);
CREATE TABLE "OrderItem" (id integer PRIMARY KEY, "Order Item" integer REFERENCES "order item");
CREATE TABLE order_item (id integer PRIMARY KEY);
CREATE TABLE "Object" (id integer PRIMARY KEY);
CREATE TABLE "Raw" (id integer PRIMARY KEY);
CREATE TABLE "123" (id integer PRIMARY KEY);
CREATE TABLE "uuid" (id uuid PRIMARY KEY);
CREATE TABLE "CheckConstraint" (id integer PRIMARY KEY CHECK (id > 0));
-- keys
CREATE TABLE no_key (a integer, b text);
CREATE TABLE no_columns ();
CREATE TABLE sequence_key (id integer PRIMARY KEY DEFAULT nextval('ticket_number'));
CREATE TABLE plain_key (id integer PRIMARY KEY, name text CONSTRAINT "named not null" NOT NULL);
CREATE TABLE odd_key_name (id integer CONSTRAINT "the key" PRIMARY KEY);
CREATE TABLE serial_elsewhere (id integer PRIMARY KEY, n serial);
CREATE TABLE composite (tenant integer, id integer, parent integer, name text, PRIMARY KEY (tenant, id), UNIQUE (id, tenant),
    FOREIGN KEY (tenant, parent) REFERENCES composite (tenant, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE child (id integer PRIMARY KEY, tenant integer, composite_id integer, other integer,
    CONSTRAINT one FOREIGN KEY (tenant, composite_id) REFERENCES composite MATCH FULL ON UPDATE SET NULL,
    CONSTRAINT two FOREIGN KEY (tenant, other) REFERENCES composite (tenant, id));
CREATE TABLE detail (id integer PRIMARY KEY REFERENCES plain_key ON DELETE CASCADE, note text);
CREATE TABLE person (id integer PRIMARY KEY, boss integer REFERENCES person, mentor integer REFERENCES person (id), spouse integer UNIQUE REFERENCES person, code text UNIQUE, by_code text REFERENCES person (code));
CREATE TABLE staff (id integer PRIMARY KEY, store integer NOT NULL);
CREATE TABLE store (id integer PRIMARY KEY, manager integer NOT NULL REFERENCES staff);
ALTER TABLE staff ADD FOREIGN KEY (store) REFERENCES store;
CREATE TABLE flight (id integer PRIMARY KEY, origin_id integer REFERENCES plain_key, target_id integer REFERENCES plain_key, small smallint REFERENCES plain_key);
CREATE TABLE link (staff_id integer REFERENCES staff, store_id integer REFERENCES store, PRIMARY KEY (staff_id, store_id));
CREATE TABLE link_again (staff_id integer REFERENCES staff, store_id integer REFERENCES store, PRIMARY KEY (staff_id, store_id));
CREATE TABLE friends (a integer REFERENCES person, b integer REFERENCES person, PRIMARY KEY (a, b));
CREATE TABLE "Sales dept".customer (id integer PRIMARY KEY, friend integer REFERENCES "Sales dept".customer, at public.mood, plain integer REFERENCES public.plain_key);
CREATE TABLE "Sales dept".base (id serial PRIMARY KEY, customer integer REFERENCES "Sales dept".customer);
-- indexes and constraints
CREATE TABLE indexed (id integer PRIMARY KEY, a integer, b text, during tstzrange, tags text[], CONSTRAINT positive CHECK (a > 0 AND b <> ' :x %'),
    CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&), UNIQUE NULLS NOT DISTINCT (a, b), UNIQUE (b) INCLUDE (a));
ALTER TABLE indexed ADD CONSTRAINT later CHECK (a < 100) NOT VALID;
CREATE INDEX partial ON indexed (a) WHERE b = 'x:y' AND a > 5;
CREATE INDEX indexed_a_idx ON indexed (a DESC NULLS LAST, b text_pattern_ops);
CREATE INDEX expression ON indexed (lower(b), (a + 1)) INCLUDE (id);
CREATE INDEX gin ON indexed USING gin (tags) WITH (fastupdate = off);
CREATE UNIQUE INDEX unique_partial ON indexed (b) WHERE a IS NULL;
CREATE INDEX indexed_during_idx ON indexed USING gist (during);
CREATE STATISTICS both_of ON a, b FROM indexed;
COMMENT ON INDEX partial IS 'a partial one';
COMMENT ON CONSTRAINT positive ON indexed IS 'above 0';
COMMENT ON CONSTRAINT in_range ON DOMAIN year IS 'MySQL''s';
CREATE UNLOGGED TABLE options (id integer PRIMARY KEY) WITH (fillfactor = 70);
-- partitions, inheritance
CREATE TABLE measure (at date NOT NULL, city integer NOT NULL REFERENCES plain_key, value integer DEFAULT 5 CHECK (value > 0), PRIMARY KEY (at, city)) PARTITION BY RANGE (at);
CREATE TABLE measure_2024 PARTITION OF measure FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measure_2025 PARTITION OF measure FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (city);
CREATE TABLE measure_2025_1 PARTITION OF measure_2025 FOR VALUES IN (1, 2);
CREATE TABLE measure_rest PARTITION OF measure DEFAULT;
CREATE INDEX ON measure (value);
CREATE TABLE animal (id integer PRIMARY KEY, name text NOT NULL, CHECK (name <> ''));
CREATE TABLE dog (breed text) INHERITS (animal);
-- views, functions, triggers, rules, and what is not carried
CREATE VIEW adults AS SELECT id, boss, code AS "the code" FROM person WHERE boss IS NOT NULL;
CREATE VIEW a_first AS SELECT * FROM adults;
CREATE MATERIALIZED VIEW counted AS SELECT tenant, count(*) AS n FROM composite GROUP BY tenant;
CREATE UNIQUE INDEX ON counted (tenant);
CREATE FUNCTION rows_of(person) RETURNS SETOF person LANGUAGE sql STABLE AS 'SELECT * FROM person WHERE boss = $1.id';
CREATE PROCEDURE clear() LANGUAGE sql AS 'DELETE FROM no_key';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := upper(NEW.name); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE OF name ON plain_key FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION touch();
CREATE TRIGGER off BEFORE INSERT ON animal FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE animal DISABLE TRIGGER off;
CREATE RULE no_delete AS ON DELETE TO person DO INSTEAD NOTHING;
CREATE AGGREGATE biggest(integer) (sfunc = int4larger, stype = integer);
CREATE POLICY mine ON person USING (true);
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE PUBLICATION feed FOR TABLE person;
CREATE COLLATION nocase (provider = libc, locale = 'C');
CREATE VIEW biggest_store AS SELECT biggest(id) FROM store;
-- what depends on itself, and what is easily overlooked
CREATE TABLE checked (id integer PRIMARY KEY, l integer);
CREATE FUNCTION is_right(checked) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.l > 0';
ALTER TABLE checked ADD CONSTRAINT is_right CHECK (is_right(checked.*));
CREATE FUNCTION next_id() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT max(id) + 1 FROM checked; END;
ALTER TABLE checked ALTER id SET DEFAULT next_id();
CREATE DOMAIN usual_mood AS mood DEFAULT 'sad';
ALTER DOMAIN usual_mood ADD CONSTRAINT better CHECK (VALUE > 'sad') NOT VALID;
CREATE TYPE sorted AS (name text COLLATE "C");
CREATE TABLE cat (lives integer) INHERITS (animal);
ALTER TABLE cat ALTER name SET DEFAULT 'Tom';
CREATE TABLE kitten () INHERITS (cat);
ALTER TABLE kitten ALTER lives SET NOT NULL;
CREATE TABLE stored (id integer PRIMARY KEY, body text);
ALTER TABLE stored ALTER body SET STORAGE EXTERNAL;
CREATE TEXT SEARCH DICTIONARY plain_words (TEMPLATE = simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword, word WITH plain_words, simple;
CREATE FUNCTION words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS 'SELECT to_tsvector(''public.words'', $1)';
CREATE INDEX words ON plain_key USING gin (words(name));
CREATE EXTENSION earthdistance CASCADE;
COMMENT ON SCHEMA "Sales dept" IS 'sells';
CREATE TABLE "dotted.name" (id integer PRIMARY KEY);
CREATE TABLE to_dotted (id integer PRIMARY KEY REFERENCES "dotted.name");
CREATE TABLE of_measure (id integer PRIMARY KEY, at date, city integer, FOREIGN KEY (at, city) REFERENCES measure);
