-- +goose Up
ALTER TABLE articles ADD COLUMN revised BIGINT NOT NULL DEFAULT 0; -- the seq of the arrival of its present content
-- When a later revision arrived is not known any more; the last change of the
-- article is not before it.
UPDATE articles SET revised = CASE WHEN revision = 1 THEN num ELSE seq END;

CREATE TABLE moments (
	seq BIGINT NOT NULL PRIMARY KEY, -- the last that a transaction gave out
	at  BIGINT NOT NULL              -- microseconds since 1970, never less than in the row before
);
CREATE INDEX moments_at ON moments (at, seq);
-- What is there already arrived before all that is remembered.
INSERT INTO moments (seq, at) SELECT seq, 0 FROM articles ORDER BY seq DESC LIMIT 1;

-- +goose Down
DROP TABLE moments;
ALTER TABLE articles DROP COLUMN revised;
