CREATE TABLE IF NOT EXISTS thing (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    next_id BIGINT,
    name VARCHAR(100) NOT NULL,
    price NUMERIC(12, 2) NOT NULL,
    twice NUMERIC(14, 2) GENERATED ALWAYS AS (price * 2) STORED,
    ratio DOUBLE PRECISION NOT NULL,
    data JSON,
    raw LONGBLOB NOT NULL,
    at DATETIME(6) NOT NULL,
    day DATE NOT NULL,
    good BOOLEAN NOT NULL,
    FOREIGN KEY (next_id) REFERENCES thing (id)
) DEFAULT CHARACTER SET utf8mb4;
CREATE TABLE IF NOT EXISTS part (
    thing_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    next_thing_id BIGINT,
    next_number BIGINT,
    PRIMARY KEY (thing_id, number),
    FOREIGN KEY (thing_id) REFERENCES thing (id),
    FOREIGN KEY (next_thing_id, next_number) REFERENCES part (thing_id, number)
) DEFAULT CHARACTER SET utf8mb4;
