-- +goose Up
CREATE TABLE counters (
	name TEXT   NOT NULL PRIMARY KEY,
	last BIGINT NOT NULL                   -- the last number that was given
);

CREATE TABLE numbers (
	platform TEXT    NOT NULL,
	chat     TEXT    NOT NULL,
	thread   TEXT    NOT NULL,
	last     INTEGER NOT NULL,             -- the last number that was given there
	PRIMARY KEY (platform, chat, thread)
);

CREATE TABLE subscriptions (
	id        BIGINT  NOT NULL PRIMARY KEY,
	platform  TEXT    NOT NULL,
	chat      TEXT    NOT NULL,
	thread    TEXT    NOT NULL,
	number    INTEGER NOT NULL,
	user_id   TEXT    NOT NULL,
	lang      TEXT    NOT NULL,
	schedule  TEXT    NOT NULL,
	zone      TEXT    NOT NULL,
	topic     TEXT    NOT NULL,            -- '' is everything
	outlets   TEXT    NOT NULL,            -- JSON, sorted; '[]' is all
	always    INTEGER NOT NULL,
	arrival   INTEGER NOT NULL,            -- 1: due when something arrives, next is NULL
	seen      BIGINT  NOT NULL,            -- the cursor
	next      BIGINT,
	paused    TEXT    NOT NULL,            -- why, '' if it is not
	by_chat   INTEGER NOT NULL,            -- 1: paused because the chat is closed
	runs      BIGINT  NOT NULL,            -- how often it was advanced
	made      BIGINT  NOT NULL,
	last_run  BIGINT,
	last_sent BIGINT,
	last_note TEXT    NOT NULL,
	UNIQUE (platform, chat, thread, number),
	UNIQUE (platform, chat, thread, schedule, zone, topic, outlets)
);
CREATE INDEX subscriptions_next ON subscriptions (next, id) WHERE paused = '' AND next IS NOT NULL;
CREATE INDEX subscriptions_arrival ON subscriptions (seen, id) WHERE paused = '' AND arrival = 1;

CREATE TABLE deliveries (
	subscription BIGINT  NOT NULL,         -- may have ended
	run          BIGINT  NOT NULL,         -- of the subscription
	part         INTEGER NOT NULL,         -- from 1
	parts        INTEGER NOT NULL,
	platform     TEXT    NOT NULL,
	chat         TEXT    NOT NULL,
	thread       TEXT    NOT NULL,
	up_to        BIGINT  NOT NULL,
	body         BLOB    NOT NULL,         -- empty once sent or dropped
	state        TEXT    NOT NULL,
	attempts     INTEGER NOT NULL,
	repeats      INTEGER NOT NULL,         -- attempts after one with an unknown outcome
	not_before   BIGINT,                   -- NULL unless it is to be tried
	deadline     BIGINT,
	made         BIGINT  NOT NULL,
	begun        BIGINT,                   -- the last attempt
	settled      BIGINT,                   -- NULL until nothing more is to be done
	message      TEXT    NOT NULL,
	problem      TEXT    NOT NULL,
	PRIMARY KEY (subscription, run, part)
);
CREATE INDEX deliveries_due ON deliveries (not_before, subscription, run, part) WHERE not_before IS NOT NULL;
CREATE INDEX deliveries_deadline ON deliveries (deadline) WHERE not_before IS NOT NULL AND deadline IS NOT NULL;
CREATE INDEX deliveries_sending ON deliveries (subscription, run, part) WHERE state = 'sending';
CREATE INDEX deliveries_parked ON deliveries (settled) WHERE state = 'parked';
CREATE INDEX deliveries_settled ON deliveries (settled) WHERE settled IS NOT NULL;

-- +goose Down
DROP TABLE deliveries;
DROP TABLE subscriptions;
DROP TABLE numbers;
DROP TABLE counters;
