-- +goose Up
ALTER TABLE exchanges ADD COLUMN command TEXT NOT NULL DEFAULT ''; -- '' is a question

-- +goose Down
ALTER TABLE exchanges DROP COLUMN command;
