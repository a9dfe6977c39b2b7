CREATE TABLE IF NOT EXISTS thing (
    id BIGSERIAL PRIMARY KEY,
    next_id BIGINT REFERENCES thing (id),
    name VARCHAR(100) NOT NULL,
    price NUMERIC(12, 2) NOT NULL,
    twice NUMERIC(14, 2) GENERATED ALWAYS AS (price * 2) STORED,
    ratio DOUBLE PRECISION NOT NULL,
    data JSONB,
    raw BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    day DATE NOT NULL,
    good BOOLEAN NOT NULL
);
CREATE TABLE IF NOT EXISTS part (
    thing_id BIGINT NOT NULL REFERENCES thing (id),
    number BIGINT NOT NULL,
    next_thing_id BIGINT,
    next_number BIGINT,
    PRIMARY KEY (thing_id, number),
    FOREIGN KEY (next_thing_id, next_number) REFERENCES part (thing_id, number) DEFERRABLE
);
