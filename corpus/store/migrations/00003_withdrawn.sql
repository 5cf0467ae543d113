-- +goose Up
CREATE INDEX articles_withdrawn ON articles (seq) WHERE withdrawn <> 0;

-- +goose Down
DROP INDEX articles_withdrawn;
