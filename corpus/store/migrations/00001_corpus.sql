-- +goose Up
CREATE TABLE articles (
	id           TEXT    NOT NULL PRIMARY KEY,
	num          BIGINT  NOT NULL UNIQUE, -- the seq of its first arrival; never changes
	seq          BIGINT  NOT NULL UNIQUE, -- when its current state arrived
	revision     INTEGER NOT NULL,
	withdrawn    INTEGER NOT NULL,
	story        TEXT    NOT NULL,
	path         TEXT    NOT NULL,
	outlet       TEXT    NOT NULL,
	published    TEXT    NOT NULL,        -- as corpus.Date.String: sorts by day, '' is unknown
	content_hash BLOB    NOT NULL,        -- of everything a revision holds
	text_hash    BLOB    NOT NULL,        -- of the normalised tokens of title and body
	signature    BLOB    NOT NULL         -- MinHash of the body
);
CREATE INDEX articles_text ON articles (text_hash, withdrawn);
CREATE INDEX articles_story ON articles (story, withdrawn);
CREATE INDEX articles_newest ON articles (withdrawn, published, seq);
CREATE INDEX articles_outlet ON articles (withdrawn, outlet);

CREATE TABLE revisions (
	article       TEXT    NOT NULL REFERENCES articles (id),
	revision      INTEGER NOT NULL,
	title         TEXT    NOT NULL,
	title_derived INTEGER NOT NULL,
	body          TEXT    NOT NULL,
	lead_len      INTEGER NOT NULL,
	outlet        TEXT    NOT NULL,
	author        TEXT    NOT NULL,
	published     TEXT    NOT NULL,
	basis         TEXT    NOT NULL,
	url           TEXT    NOT NULL,
	tags          TEXT    NOT NULL,       -- JSON array of strings
	captions      TEXT    NOT NULL,       -- JSON array of strings
	PRIMARY KEY (article, revision)
);

-- Only the key matters here, so the table is its own index.
CREATE TABLE bands (
	band BIGINT NOT NULL,
	num  BIGINT NOT NULL,
	PRIMARY KEY (band, num)
) WITHOUT ROWID;

CREATE TABLE files (
	root       TEXT   NOT NULL,
	path       TEXT   NOT NULL,
	prefix     TEXT   NOT NULL,
	size       BIGINT NOT NULL,
	mod_time   BIGINT,                    -- nanoseconds since 1970, NULL if unknown
	scanned    BIGINT,                    -- the same; NULL: to be read again
	articles   TEXT   NOT NULL,           -- JSON
	duplicates TEXT   NOT NULL,           -- JSON
	failures   TEXT   NOT NULL,           -- JSON
	PRIMARY KEY (root, path)
);

CREATE TABLE meta (
	name  TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- +goose Down
DROP TABLE meta;
DROP TABLE files;
DROP TABLE bands;
DROP TABLE revisions;
DROP TABLE articles;
