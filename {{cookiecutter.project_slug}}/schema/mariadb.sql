-- The tables, for `flask init-db`, which runs this file if one is missing. So write IF NOT EXISTS.
CREATE TABLE IF NOT EXISTS message (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    text VARCHAR(500) NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6))
) DEFAULT CHARACTER SET utf8mb4;
