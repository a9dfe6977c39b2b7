-- Values that Python's types cannot hold, and every kind of key.
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN email AS citext CHECK (value LIKE '%@%');
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE TABLE kinds (
  id int PRIMARY KEY, large bigint, single real, fraction double precision, exact numeric, price money, flag boolean,
  bytes bytea, day date, hour time, zoned timetz, moment timestamp, instant timestamptz, span interval, feeling mood,
  address email, count positive, addresses email[], numbers int[], moments timestamp[], fractions float8[], moods mood[],
  document json, binary_document jsonb, tags hstore, place ltree, point point, net inet, mac macaddr, ints int4range,
  days datemultirange, bits bit varying, composite pair, uuid uuid, vector tsvector, fixed char(5), symbol "char", big oid
);
INSERT INTO kinds VALUES (
  1, 9223372036854775807, 0.1, 'NaN', 'NaN', '1234.50', true, '\x00ff', 'infinity', '24:00', '24:00+02', '-infinity',
  '0044-03-15 12:00:00+00 BC', '1 year 2 mons -3 days 04:05:06.7', 'happy', 'A@b', 5, '{a@b,"c,@d",NULL}',
  '{{1,2},{3,NULL}}', '{infinity,"2024-01-01 00:00"}', '{NaN,Infinity,0.1}', '{sad,NULL}',
  '{"a": 1, "a": 2}', '{"n": 12345678901234567890, "f": 0.1, "g": 0.12345678901234567890, "h": 1e400}', 'a=>1, b=>NULL',
  'top.sub', '(1,2)', '10.0.0.1/8', '08:00:2b:01:02:03', '[1,5)', '{[2024-01-01,infinity)}', '0101', '(1,"a b")',
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'a:1 b:2', 'ab', 'x', 4000000000
);
INSERT INTO kinds VALUES (
  2, -9007199254740991, '-Infinity', 1e300, 1.10, '-1', false, '', '10000-01-01', '23:59:59.999999', '00:00-15:59', '0001-01-01',
  'infinity', '0', 'sad', 'x@y', 1, '{}', '{}', NULL, NULL, NULL, '"\ud800"', '[]', '', '', NULL, '::1', NULL, 'empty',
  '{}', '', NULL, NULL, '', '', NULL, 0
);
INSERT INTO kinds (id) VALUES (3);
CREATE TABLE key_real AS SELECT unnest('{0.1,0.2,0.3,NaN,Infinity,-Infinity,1e30,16777216}'::real[]) AS k;
CREATE TABLE key_double AS SELECT unnest('{0.1,0.30000000000000004,0.3,NaN,Infinity,-Infinity,5e-324}'::float8[]) AS k;
CREATE TABLE key_numeric AS SELECT unnest('{0.1,0.10000000000000000000000000000001,NaN,Infinity,-5,1e40}'::numeric[]) AS k;
CREATE TABLE key_money AS SELECT unnest('{1,2,"1,000.50",-3}'::money[]) AS k;
CREATE TABLE key_boolean AS SELECT unnest('{t,f}'::boolean[]) AS k;
CREATE TABLE key_text AS SELECT unnest(ARRAY['', 'a', 'B', 'b', '''"\', 'ä', '😀', ' a', 'a ']) AS k;
CREATE TABLE key_varchar AS SELECT unnest('{abc,abd,ab}'::varchar(3)[]) AS k;
CREATE TABLE key_char (k char(4));
INSERT INTO key_char VALUES ('a'), ('b'), ('ab'), ('a b'), ('');
CREATE TABLE key_citext AS SELECT unnest('{a,B,c,D,e}'::citext[]) AS k;
CREATE TABLE key_email AS SELECT unnest('{a@b,B@b,c@b,D@b}'::email[]) AS k;
CREATE TABLE key_positive AS SELECT unnest('{5,1,30,200}'::positive[]) AS k;
CREATE TABLE key_bytea AS SELECT unnest('{"\\x","\\x00","\\x00ff","\\xff"}'::bytea[]) AS k;
CREATE TABLE key_date AS SELECT unnest('{infinity,-infinity,2024-01-01,"0044-03-15 BC",10000-01-01}'::date[]) AS k;
CREATE TABLE key_time AS SELECT unnest('{24:00,23:59:59.999999,00:00}'::time[]) AS k;
CREATE TABLE key_timetz AS SELECT unnest('{24:00+02,24:00+03,00:00-15,23:59+02}'::timetz[]) AS k;
CREATE TABLE key_timestamp AS SELECT unnest('{infinity,-infinity,"2024-01-01 00:00:00.000001","2024-01-01"}'::timestamp[]) AS k;
CREATE TABLE key_timestamptz AS SELECT unnest('{infinity,"2024-10-27 00:30:00+00","2024-10-27 01:30:00+00","2024-10-27 01:30:00.000001+00"}'::timestamptz[]) AS k;
CREATE TABLE key_interval AS SELECT unnest('{1 day,25 hours,1 mon,-1 sec,0}'::interval[]) AS k;
CREATE TABLE key_enum AS SELECT unnest('{sad,ok,happy}'::mood[]) AS k;
CREATE TABLE key_uuid AS SELECT gen_random_uuid() AS k FROM generate_series(1, 7);
CREATE TABLE key_inet AS SELECT unnest('{10.0.0.1,10.0.0.0/8,::1,10.0.0.2}'::inet[]) AS k;
CREATE TABLE key_mac AS SELECT unnest('{08:00:2b:01:02:03,08:00:2b:01:02:04,ff:00:2b:01:02:04}'::macaddr[]) AS k;
CREATE TABLE key_array (k int[]);
INSERT INTO key_array VALUES ('{}'), ('{1}'), ('{1,2}'), ('{{1},{2}}'), ('{NULL}'), ('{2}');
CREATE TABLE key_range AS SELECT unnest('{empty,"[1,5)","[1,6)","(,3]"}'::int4range[]) AS k;
CREATE TABLE key_bits AS SELECT unnest('{0,01,1,11}'::varbit[]) AS k;
CREATE TABLE key_jsonb AS SELECT unnest(ARRAY['1', '"1"', 'null', '{"a": 1}', '[1]', '1.0000000000000000001']::jsonb[]) AS k;
CREATE TABLE key_ltree AS SELECT unnest('{a,a.b,b}'::ltree[]) AS k;
CREATE TABLE key_hstore AS SELECT unnest('{a=>1,b=>2,c=>3}'::hstore[]) AS k;
CREATE TABLE key_composite AS SELECT ROW(i, 'x')::pair AS k FROM generate_series(1, 5) AS i;
CREATE TABLE key_oid AS SELECT unnest('{1,4000000000,5}'::oid[]) AS k;
CREATE TABLE key_symbol AS SELECT unnest('{a,b,Z}'::"char"[]) AS k;
CREATE TABLE key_name AS SELECT unnest('{a,b,Z}'::name[]) AS k;
DO $$
DECLARE each text;
BEGIN
  FOR each IN SELECT relname FROM pg_class WHERE relname LIKE 'key\_%' AND relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (k)', each);
  END LOOP;
END $$;
CREATE TABLE key_pair (a mood, b real, c text, PRIMARY KEY (a, b));
INSERT INTO key_pair SELECT unnest('{sad,ok,happy}'::mood[]), unnest('{0.1,0.2,0.3}'::real[]), NULL;
INSERT INTO key_pair SELECT 'ok', i * 0.7, 'x' FROM generate_series(1, 9) AS i;
CREATE TABLE key_triple (a int, b int, c text, PRIMARY KEY (c, b, a));
INSERT INTO key_triple SELECT i % 3, i / 3 % 3, i / 9 FROM generate_series(0, 26) AS i;
CREATE TABLE key_unique (a int NOT NULL UNIQUE, b text);
INSERT INTO key_unique VALUES (3, 'x'), (1, 'x'), (2, 'x'), (9, NULL);
CREATE TABLE key_unique_nullable (a int UNIQUE);
INSERT INTO key_unique_nullable VALUES (1), (NULL), (NULL), (2);
CREATE TABLE no_key (a int, b json, c point);
INSERT INTO no_key VALUES (1, '1', '(1,2)'), (1, '1', '(1,2)'), (NULL, NULL, NULL), (NULL, NULL, NULL);
CREATE VIEW a_view AS SELECT k, k || k AS "k:1" FROM key_text;
CREATE TABLE "q""uo'te \ %s :x <b>&amp;" ("c""o'l \ %(y)s :z <i>" int PRIMARY KEY, "limit" text, value_0 text, key_0 text);
INSERT INTO "q""uo'te \ %s :x <b>&amp;" VALUES (3, '<script>alert(1)</script>', 'z', 'y'), (2, 'a', 'y', 'z'), (1, 'a', 'x', 'x');
CREATE TABLE child (id int PRIMARY KEY, code citext REFERENCES key_citext, feeling mood, score real, FOREIGN KEY (feeling, score) REFERENCES key_pair (a, b));
INSERT INTO child VALUES (1, 'B', 'ok', 0.2), (2, 'd', NULL, 0.2), (3, NULL, 'ok', 0.7);
