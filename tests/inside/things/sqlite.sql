CREATE TABLE IF NOT EXISTS thing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    next_id INTEGER REFERENCES thing (id),
    name VARCHAR(100) NOT NULL,
    price NUMERIC(12, 2) NOT NULL,
    twice NUMERIC(14, 2) GENERATED ALWAYS AS (price * 2) STORED,
    ratio DOUBLE PRECISION NOT NULL,
    data JSON,
    raw BLOB NOT NULL,
    at TIMESTAMP NOT NULL,
    day DATE NOT NULL,
    good BOOLEAN NOT NULL
);
CREATE TABLE IF NOT EXISTS part (
    thing_id INTEGER NOT NULL REFERENCES thing (id),
    number INTEGER NOT NULL,
    next_thing_id INTEGER,
    next_number INTEGER,
    PRIMARY KEY (thing_id, number),
    FOREIGN KEY (next_thing_id, next_number) REFERENCES part (thing_id, number)
);
