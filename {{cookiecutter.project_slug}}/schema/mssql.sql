-- The tables, for `flask init-db`, which runs this file if one is missing.
IF OBJECT_ID('message') IS NULL CREATE TABLE message (
    id BIGINT IDENTITY PRIMARY KEY,
    text NVARCHAR(500) NOT NULL,
    created_at DATETIMEOFFSET NOT NULL DEFAULT SYSUTCDATETIME()
);
