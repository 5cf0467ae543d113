-- +goose Up
CREATE TABLE updates (
	num      BIGINT  NOT NULL PRIMARY KEY, -- order of arrival
	platform TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	accepted BIGINT  NOT NULL,
	attempts INTEGER NOT NULL,
	finished BIGINT,                       -- NULL until it is
	body     BLOB    NOT NULL,             -- empty once finished
	UNIQUE (platform, id)
);
CREATE INDEX updates_unfinished ON updates (platform, num) WHERE finished IS NULL;
CREATE INDEX updates_finished ON updates (finished) WHERE finished IS NOT NULL;

CREATE TABLE positions (
	platform TEXT   NOT NULL PRIMARY KEY,
	position BIGINT NOT NULL,
	at       BIGINT NOT NULL
);

CREATE TABLE notes (
	platform TEXT NOT NULL,
	name     TEXT NOT NULL,
	value    TEXT NOT NULL,
	PRIMARY KEY (platform, name)
);

CREATE TABLE chats (
	platform TEXT   NOT NULL,
	chat     TEXT   NOT NULL,
	thread   TEXT   NOT NULL,
	lang     TEXT   NOT NULL,              -- '' if it has not chosen
	closed   BIGINT,                       -- NULL while it is open
	reason   TEXT   NOT NULL,              -- why it is closed
	PRIMARY KEY (platform, chat, thread)
);

CREATE TABLE replies (
	platform TEXT   NOT NULL,
	chat     TEXT   NOT NULL,
	thread   TEXT   NOT NULL,
	question TEXT   NOT NULL,
	message  TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (platform, chat, thread, question)
);
CREATE INDEX replies_at ON replies (at);

CREATE TABLE exchanges (
	key      TEXT   NOT NULL PRIMARY KEY,
	platform TEXT   NOT NULL,
	chat     TEXT   NOT NULL,
	thread   TEXT   NOT NULL,
	user_id  TEXT   NOT NULL,
	lang     TEXT   NOT NULL,
	question TEXT   NOT NULL,
	cited    TEXT   NOT NULL,              -- JSON; '[]' if there was no answer
	at       BIGINT NOT NULL
);
CREATE INDEX exchanges_at ON exchanges (at);
CREATE INDEX exchanges_chat ON exchanges (platform, chat);

CREATE TABLE feedback (
	exchange TEXT    NOT NULL,
	platform TEXT    NOT NULL,
	user_id  TEXT    NOT NULL,
	chat     TEXT    NOT NULL,
	thread   TEXT    NOT NULL,
	useful   INTEGER NOT NULL,
	article  TEXT    NOT NULL,
	revision INTEGER NOT NULL,
	lang     TEXT    NOT NULL,             -- this and the next two as in exchanges, '' if it was forgotten
	question TEXT    NOT NULL,
	cited    TEXT    NOT NULL,
	at       BIGINT  NOT NULL,
	PRIMARY KEY (exchange, platform, user_id)
);
CREATE INDEX feedback_at ON feedback (at, exchange, platform, user_id);
CREATE INDEX feedback_chat ON feedback (platform, chat);

CREATE TABLE audit (
	num      BIGINT  NOT NULL PRIMARY KEY,
	platform TEXT    NOT NULL,
	chat     TEXT    NOT NULL,
	thread   TEXT    NOT NULL,
	user_id  TEXT    NOT NULL,
	command  TEXT    NOT NULL,
	text     TEXT    NOT NULL,
	allowed  INTEGER NOT NULL,
	note     TEXT    NOT NULL,
	at       BIGINT  NOT NULL
);
CREATE INDEX audit_at ON audit (at);

-- +goose Down
DROP TABLE audit;
DROP TABLE feedback;
DROP TABLE exchanges;
DROP TABLE replies;
DROP TABLE chats;
DROP TABLE notes;
DROP TABLE positions;
DROP TABLE updates;
