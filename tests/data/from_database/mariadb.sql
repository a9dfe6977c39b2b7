CREATE SEQUENCE ticket_number START WITH 100 INCREMENT BY 5 MAXVALUE 99999 CYCLE;
CREATE FUNCTION shout(word VARCHAR(100)) RETURNS VARCHAR(200) CHARSET utf8mb4 DETERMINISTIC BEGIN DECLARE a INT DEFAULT 1; -- next
RETURN CONCAT(UPPER(word), ':a%s;'); END;
CREATE TABLE types (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, tiny TINYINT(1) DEFAULT 1, small SMALLINT UNSIGNED ZEROFILL, medium MEDIUMINT, price DECIMAL(10,2) NOT NULL DEFAULT 0.00,
    ratio FLOAT, doubled DOUBLE, bits BIT(5) DEFAULT b'101', name VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_german1_ci, fixed CHAR(3), body TEXT DEFAULT 'a:b ''c'' % \\ "x"', big LONGTEXT, `raw` VARBINARY(20), blobbed LONGBLOB,
    day DATE DEFAULT '2000-01-01', zero DATE DEFAULT '0000-00-00', moment DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), stamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP(), clock TIME(3), year YEAR,
    feeling ENUM('sad','o''k','ha:ppy') DEFAULT 'sad', colours SET('red','green'), doc JSON CHECK (JSON_VALID(doc)), ident UUID DEFAULT UUID(), net INET6, place POINT, area POLYGON,
    total DECIMAL(12,2) GENERATED ALWAYS AS (price * 2) STORED, twice DECIMAL(12,2) AS (price * 3) VIRTUAL, hidden INT INVISIBLE DEFAULT 5, number INT DEFAULT NEXTVAL(ticket_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='It''s a "table": 100 %';
INSERT INTO types (price) VALUES (1), (2);
CREATE TABLE base (id INT AUTO_INCREMENT PRIMARY KEY, `column` TEXT, `text` TEXT, uuid INT, datetime DATETIME, metadata TEXT, registry TEXT, `__tablename__` TEXT, class TEXT, `1st` TEXT, `two words` TEXT, `a-b` TEXT, a_b TEXT, `int` INT, list TEXT, `Mapped` INT, mapped_column2 INT, `INTEGER` INT, `naïve` TEXT, `per%cent` TEXT, `co:lon` TEXT, `quo"te` TEXT, `Any` TEXT, self TEXT, type TEXT COMMENT 'a ''comment'': %') DEFAULT CHARSET=utf8mb4;
CREATE TABLE `column` (base_id INT PRIMARY KEY, `Table` TEXT, FOREIGN KEY (base_id) REFERENCES base (id));
CREATE TABLE `text` (id INT PRIMARY KEY, metadata INT, FOREIGN KEY (metadata) REFERENCES base (id));
CREATE TABLE `order item` (id INT PRIMARY KEY, `order item` INT, FOREIGN KEY (`order item`) REFERENCES `order item` (id));
CREATE TABLE `order-item` (id INT PRIMARY KEY);
CREATE TABLE Employee (EmployeeId INT PRIMARY KEY, ReportsTo INT, Employee INT, FOREIGN KEY (ReportsTo) REFERENCES Employee (EmployeeId), FOREIGN KEY (Employee) REFERENCES Employee (EmployeeId));
CREATE TABLE no_key (a INT, b TEXT);
CREATE TABLE plain_key (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL);
CREATE TABLE composite (tenant INT, id INT, parent INT, PRIMARY KEY (tenant, id), UNIQUE swapped (id, tenant), FOREIGN KEY (tenant, parent) REFERENCES composite (tenant, id) ON DELETE CASCADE);
CREATE TABLE child (id INT PRIMARY KEY, tenant INT, composite_id INT, other INT, CONSTRAINT one FOREIGN KEY (tenant, composite_id) REFERENCES composite (tenant, id) ON UPDATE SET NULL, CONSTRAINT two FOREIGN KEY (tenant, other) REFERENCES composite (tenant, id));
CREATE TABLE detail (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES plain_key (id) ON DELETE CASCADE);
CREATE TABLE staff (id INT PRIMARY KEY, store INT NOT NULL);
CREATE TABLE store (id INT PRIMARY KEY, manager INT NOT NULL, FOREIGN KEY (manager) REFERENCES staff (id));
ALTER TABLE staff ADD FOREIGN KEY (store) REFERENCES store (id);
CREATE TABLE link (staff_id INT, store_id INT, PRIMARY KEY (staff_id, store_id), FOREIGN KEY (staff_id) REFERENCES staff (id), FOREIGN KEY (store_id) REFERENCES store (id));
CREATE TABLE friends (a INT, b INT, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES staff (id), FOREIGN KEY (b) REFERENCES staff (id));
CREATE TABLE indexed (id INT PRIMARY KEY, a INT, b VARCHAR(200), c TEXT, place POINT NOT NULL, CONSTRAINT positive CHECK (a > 0 AND b <> ' :x %'), KEY down (a DESC), KEY prefix (b(10), a), FULLTEXT KEY words (c), SPATIAL KEY spot (place), KEY unseen (b) IGNORED) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4;
CREATE TABLE versioned (id INT PRIMARY KEY, x INT) WITH SYSTEM VERSIONING;
CREATE TABLE measure (id INT, at DATE, PRIMARY KEY (id, at)) PARTITION BY RANGE (YEAR(at)) (PARTITION p1 VALUES LESS THAN (2020), PARTITION p2 VALUES LESS THAN MAXVALUE);
CREATE VIEW zz AS SELECT id, shout(name) AS `the name` FROM plain_key;
CREATE VIEW a_first AS SELECT * FROM zz WHERE id > 5;
CREATE PROCEDURE clear() MODIFIES SQL DATA DELETE FROM no_key;
CREATE TRIGGER touch BEFORE UPDATE ON plain_key FOR EACH ROW BEGIN SET NEW.name = UPPER(NEW.name); SET NEW.id = OLD.id; END;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM no_key;
CREATE TABLE `dot.ted` (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES `dot.ted` (id));
CREATE TABLE period (id INT PRIMARY KEY, since DATE, until DATE, PERIOD FOR valid (since, until));
CREATE TABLE short_lived (id INT PRIMARY KEY);
CREATE TABLE rates (id INT PRIMARY KEY, `%s` INT, `a%%b` INT);
CREATE VIEW rates_seen AS SELECT * FROM rates;
CREATE VIEW of_nothing AS SELECT * FROM short_lived;
DROP TABLE short_lived;
ALTER DATABASE COLLATE utf8mb4_german2_ci;
