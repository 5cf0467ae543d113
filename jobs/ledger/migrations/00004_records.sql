-- +goose Up
CREATE TABLE questions (
	num      BIGINT NOT NULL PRIMARY KEY, -- order of arrival
	exchange TEXT,                        -- NULL: there is none, or it is forgotten
	platform TEXT   NOT NULL,
	lang     TEXT   NOT NULL,
	text     TEXT   NOT NULL,
	alike    BIGINT,                      -- hash, the same for questions that count as one; NULL: counts for none
	outcome  TEXT   NOT NULL,
	took     BIGINT NOT NULL,             -- nanoseconds
	at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX questions_exchange ON questions (exchange) WHERE exchange IS NOT NULL;
CREATE INDEX questions_linked ON questions (at) WHERE exchange IS NOT NULL;
CREATE INDEX questions_at ON questions (at, outcome);
CREATE INDEX questions_alike ON questions (alike, at, outcome);

-- What is there already has people's IDs as they are; Open replaces them.
ALTER TABLE exchanges ADD COLUMN hashed INTEGER NOT NULL DEFAULT 0; -- 1: user_id is a hash
ALTER TABLE feedback ADD COLUMN hashed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feedback ADD COLUMN alike BIGINT; -- as in questions
CREATE INDEX exchanges_plain ON exchanges (key) WHERE hashed = 0;
CREATE INDEX feedback_plain ON feedback (exchange) WHERE hashed = 0;
CREATE INDEX feedback_alike ON feedback (alike, at);

-- What is known of a person. The column that tells most comes first, so that
-- these are taken for nothing else.
CREATE INDEX exchanges_person ON exchanges (user_id, platform);
CREATE INDEX feedback_person ON feedback (user_id, platform);
CREATE INDEX subscriptions_person ON subscriptions (user_id, platform);
CREATE INDEX audit_person ON audit (user_id, platform);
CREATE INDEX deliveries_chat ON deliveries (chat, platform);
CREATE INDEX deliveries_unknown ON deliveries (made) WHERE state = 'unknown';

-- +goose Down
DROP INDEX deliveries_unknown;
DROP INDEX deliveries_chat;
DROP INDEX audit_person;
DROP INDEX subscriptions_person;
DROP INDEX feedback_person;
DROP INDEX exchanges_person;
DROP INDEX feedback_alike;
DROP INDEX feedback_plain;
DROP INDEX exchanges_plain;
ALTER TABLE feedback DROP COLUMN alike;
ALTER TABLE feedback DROP COLUMN hashed;
ALTER TABLE exchanges DROP COLUMN hashed;
DROP TABLE questions;
