-- Values that Python's types cannot hold, and every kind of key.
CREATE TABLE kinds (
  id INT PRIMARY KEY, large BIGINT UNSIGNED, single FLOAT, fraction DOUBLE, exact DECIMAL(30, 10), flag BOOLEAN, bits BIT(9),
  bytes VARBINARY(9), data BLOB, word VARCHAR(20) CHARSET utf8mb4, latin VARCHAR(9) CHARSET latin1, day DATE, hour TIME(2), moment DATETIME(6),
  instant TIMESTAMP(3) NULL, year YEAR, choice ENUM('b', 'a', ''), choices SET('x', 'y', 'z'), document JSON, place POINT,
  uuid UUID, net INET6
);
INSERT INTO kinds VALUES (
  1, 18446744073709551615, 16777216, 1e300, 12345678901234567890.1234567890, TRUE, b'100000001', x'00ff', x'80', 'ü😀', 'ü', '0000-00-00',
  '-101:30:00.50', '0000-00-00', '2024-01-01 12:00:00.123', 2024, 'b', 'x,z', '{"a": 1e999}', POINT(1, 2),
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '::1'
);
INSERT INTO kinds VALUES (
  2, 9007199254740991, 0.1, -0.1, -1.5, FALSE, 0, '', '', '', '', '2024-02-00', '838:59:59', '9999-12-31 23:59:59.999999', NULL, 0, '', '',
  '[1]', NULL, NULL, NULL
);
INSERT INTO kinds (id) VALUES (3);
CREATE TABLE key_unsigned (k BIGINT UNSIGNED PRIMARY KEY);
INSERT INTO key_unsigned VALUES (18446744073709551615), (9223372036854775808), (9223372036854775807), (0);
CREATE TABLE key_decimal (k DECIMAL(38, 18) PRIMARY KEY);
INSERT INTO key_decimal VALUES (0.1), (0.100000000000000001), (0.100000000000000002), (12345678901234567890.5), (-1);
CREATE TABLE key_float (k FLOAT PRIMARY KEY);
INSERT INTO key_float VALUES (0.1), (0.2), (0.3), (16777216);
CREATE TABLE key_double (k DOUBLE PRIMARY KEY);
INSERT INTO key_double VALUES (0.1), (0.2), (0.30000000000000004), (0.3), (1e300);
CREATE TABLE key_general (k VARCHAR(20) CHARSET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY);
INSERT INTO key_general VALUES (''), ('a'), ('B'), ('c'), ('''"\\'), ('ö'), ('😀');
CREATE TABLE key_binary_text (k VARCHAR(20) CHARSET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY);
INSERT INTO key_binary_text VALUES (''), ('a'), ('A'), ('b'), ('ä'), ('😀');
CREATE TABLE key_nopad (k VARCHAR(20) CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin PRIMARY KEY);
INSERT INTO key_nopad VALUES ('a'), ('a '), ('a  '), ('b');
CREATE TABLE key_latin (k VARCHAR(20) CHARSET latin1 COLLATE latin1_german2_ci PRIMARY KEY);
INSERT INTO key_latin VALUES ('a'), ('ä'), ('B'), ('ß'), ('z');
CREATE TABLE key_bytes (k VARBINARY(9) PRIMARY KEY);
INSERT INTO key_bytes VALUES (''), (x'00'), (x'00ff'), (x'ff'), (x'61');
CREATE TABLE key_binary (k BINARY(3) PRIMARY KEY);
INSERT INTO key_binary VALUES (x'00'), (x'00ff'), (x'ff'), (x'61');
CREATE TABLE key_date (k DATE PRIMARY KEY);
INSERT INTO key_date VALUES ('0000-00-00'), ('2024-01-00'), ('2024-01-01'), ('9999-12-31');
CREATE TABLE key_time (k TIME(3) PRIMARY KEY);
INSERT INTO key_time VALUES ('-838:59:59'), ('-101:30:00.5'), ('-00:00:00.001'), ('00:00:00'), ('23:59:59.999'), ('838:59:59');
CREATE TABLE key_datetime (k DATETIME(6) PRIMARY KEY);
INSERT INTO key_datetime VALUES ('0000-00-00'), ('2024-01-01 00:00:00.000001'), ('2024-01-01'), ('9999-12-31 23:59:59.999999');
CREATE TABLE key_timestamp (k TIMESTAMP PRIMARY KEY DEFAULT CURRENT_TIMESTAMP);
INSERT INTO key_timestamp VALUES ('2024-01-01'), ('2024-01-02'), ('2024-01-03');
CREATE TABLE key_year (k YEAR PRIMARY KEY);
INSERT INTO key_year VALUES (0), (1901), (2155), (2024);
CREATE TABLE key_enum (k ENUM('z', 'b', 'a') PRIMARY KEY);
INSERT INTO key_enum VALUES ('z'), ('b'), ('a');
CREATE TABLE key_set (k SET('z', 'b', 'a') PRIMARY KEY);
INSERT INTO key_set VALUES ('z'), ('b'), ('a'), ('z,a'), ('');
CREATE TABLE key_bit (k BIT(9) PRIMARY KEY);
INSERT INTO key_bit VALUES (0), (1), (256), (511);
CREATE TABLE key_uuid (k UUID PRIMARY KEY);
INSERT INTO key_uuid VALUES (UUID()), (UUID()), (UUID()), ('6ba7b810-9dad-11d1-80b4-00c04fd430c8'), ('00000000-0000-4000-8000-000000000001');
CREATE TABLE key_inet (k INET6 PRIMARY KEY);
INSERT INTO key_inet VALUES ('::1'), ('::'), ('fe80::1'), ('::ffff:10.0.0.1');
CREATE TABLE key_pair (a VARCHAR(9), b DECIMAL(10, 3), c TEXT, PRIMARY KEY (a, b));
INSERT INTO key_pair VALUES ('x', 0.1, 'a'), ('x', 0.2, 'b'), ('X ', 0.3, 'c'), ('y', 1, 'd'), ('y', 2, NULL), ('z', 0, 'f');
CREATE TABLE key_triple (a INT, b TIME, c DATE, PRIMARY KEY (c, b, a));
INSERT INTO key_triple SELECT seq % 3, SEC_TO_TIME(90000 * (seq DIV 3 % 3)), '2024-01-01' + INTERVAL seq DIV 9 DAY FROM seq_0_to_26;
CREATE TABLE key_unique (a INT NOT NULL UNIQUE, b TEXT);
INSERT INTO key_unique VALUES (3, 'x'), (1, 'x'), (2, 'x'), (9, NULL);
CREATE TABLE no_key (a INT, b FLOAT);
INSERT INTO no_key VALUES (1, 1), (1, 1), (1, 1), (NULL, NULL), (NULL, NULL);
CREATE VIEW a_view AS SELECT k, CONCAT(k, k) AS `k:1` FROM key_general;
CREATE TABLE `q"uo'te %s :x <b>&amp;` (`c"o'l %(y)s :z <i>` INT PRIMARY KEY, `limit` TEXT, value_0 TEXT, key_0 TEXT);
INSERT INTO `q"uo'te %s :x <b>&amp;` VALUES (3, '<script>alert(1)</script>', 'z', 'y'), (2, 'a', 'y', 'z'), (1, 'a', 'x', 'x');
CREATE TABLE child (id INT PRIMARY KEY, code VARCHAR(20) CHARSET latin1 COLLATE latin1_german2_ci, a VARCHAR(9), b DECIMAL(10, 3), at TIME(3),
  FOREIGN KEY (code) REFERENCES key_latin (k), FOREIGN KEY (a, b) REFERENCES key_pair (a, b), FOREIGN KEY (at) REFERENCES key_time (k));
INSERT INTO child VALUES (1, 'ä', 'x', 0.3, '-101:30:00.5'), (2, 'b', NULL, 1, '838:59:59'), (3, NULL, 'z', 0, NULL);
