package ledger

// The SQL of the package, with sql_digests.go and sql_records.go. It keeps to what SQLite and PostgreSQL share
// (upserts, RETURNING and row values included), but for the placeholders.

// Updates.
const (
	sqlAccept = `INSERT INTO updates (num, platform, id, accepted, attempts, body)
		VALUES ((SELECT COALESCE(MAX(num), 0) + 1 FROM updates), ?, ?, ?, 1, ?)
		ON CONFLICT (platform, id) DO NOTHING`
	sqlUnfinished = `SELECT id, body FROM updates WHERE platform = ? AND finished IS NULL ORDER BY num`
	sqlBegin      = `UPDATE updates SET attempts = attempts + 1 WHERE platform = ? AND id = ? RETURNING attempts`
	sqlFinish     = `UPDATE updates SET finished = ?, body = ? WHERE platform = ? AND id = ? AND finished IS NULL`
)

// What platforms remember.
const (
	sqlPosition    = `SELECT position, at FROM positions WHERE platform = ?`
	sqlSetPosition = `INSERT INTO positions (platform, position, at) VALUES (?, ?, ?)
		ON CONFLICT (platform) DO UPDATE SET position = excluded.position, at = excluded.at`
	sqlNote    = `SELECT value FROM notes WHERE platform = ? AND name = ?`
	sqlSetNote = `INSERT INTO notes (platform, name, value) VALUES (?, ?, ?)
		ON CONFLICT (platform, name) DO UPDATE SET value = excluded.value`
	sqlReply    = `SELECT message FROM replies WHERE platform = ? AND chat = ? AND thread = ? AND question = ?`
	sqlSetReply = `INSERT INTO replies (platform, chat, thread, question, message, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (platform, chat, thread, question) DO UPDATE SET message = excluded.message, at = excluded.at`
	sqlDropReply = `DELETE FROM replies WHERE platform = ? AND chat = ? AND thread = ? AND question = ?`
)

// Chats.
const (
	sqlLang    = `SELECT lang FROM chats WHERE platform = ? AND chat = ? AND thread = ''`
	sqlSetLang = `INSERT INTO chats (platform, chat, thread, lang, reason) VALUES (?, ?, '', ?, '')
		ON CONFLICT (platform, chat, thread) DO UPDATE SET lang = excluded.lang`
	sqlClose = `INSERT INTO chats (platform, chat, thread, lang, closed, reason) VALUES (?, ?, ?, '', ?, ?)
		ON CONFLICT (platform, chat, thread) DO UPDATE SET closed = excluded.closed, reason = excluded.reason`
	sqlKnow = `INSERT INTO chats (platform, chat, thread, lang, reason) VALUES (?, ?, ?, '', '')
		ON CONFLICT (platform, chat, thread) DO NOTHING`
	sqlOpen = `UPDATE chats SET closed = NULL, reason = ''
		WHERE platform = ? AND chat = ? AND thread = ? AND closed IS NOT NULL`
)

// A chat has got another ID: chat, platform, chat as it was and, where rows can
// meet, the new chat again. Of rows that meet, those of the new chat stay.
const (
	sqlMoveChats = `UPDATE chats SET chat = ? WHERE platform = ? AND chat = ? AND NOT EXISTS (
		SELECT 1 FROM chats n WHERE n.platform = chats.platform AND n.chat = ? AND n.thread = chats.thread)`
	sqlMoveReplies = `UPDATE replies SET chat = ? WHERE platform = ? AND chat = ? AND NOT EXISTS (
		SELECT 1 FROM replies n WHERE n.platform = replies.platform AND n.chat = ?
			AND n.thread = replies.thread AND n.question = replies.question)`
	sqlMoveExchanges = `UPDATE exchanges SET chat = ? WHERE platform = ? AND chat = ?`
	sqlMoveFeedback  = `UPDATE feedback SET chat = ? WHERE platform = ? AND chat = ?`
	sqlInheritLang   = `UPDATE chats SET lang = ? WHERE platform = ? AND chat = ? AND thread = '' AND lang = ''`
	sqlDropChats     = `DELETE FROM chats WHERE platform = ? AND chat = ?`
	sqlDropReplies   = `DELETE FROM replies WHERE platform = ? AND chat = ?`
)

// Exchanges, feedback and audit.
const (
	sqlExchange = `SELECT key, platform, chat, thread, user_id, lang, command, question, cited, at
		FROM exchanges WHERE key = ?`
	sqlSetExchange = `INSERT INTO exchanges (key, platform, chat, thread, user_id, hashed, lang, command, question, cited, at)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET platform = excluded.platform, chat = excluded.chat,
			thread = excluded.thread, user_id = excluded.user_id, lang = excluded.lang,
			command = excluded.command, question = excluded.question, cited = excluded.cited, at = excluded.at`
	sqlJudged = `SELECT e.lang, e.question, e.cited, q.alike FROM exchanges e LEFT JOIN questions q ON q.exchange = e.key WHERE e.key = ?`
	// What was known of the exchange stays when it has been forgotten meanwhile;
	// cited is '' then.
	sqlSetFeedback = `INSERT INTO feedback
		(exchange, platform, user_id, hashed, chat, thread, useful, article, revision, at, lang, question, cited, alike)
		VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (exchange, platform, user_id) DO UPDATE SET chat = excluded.chat,
			thread = excluded.thread, useful = excluded.useful, article = excluded.article,
			revision = excluded.revision, at = excluded.at,
			lang     = CASE WHEN excluded.cited = '' THEN feedback.lang     ELSE excluded.lang     END,
			question = CASE WHEN excluded.cited = '' THEN feedback.question ELSE excluded.question END,
			cited    = CASE WHEN excluded.cited = '' THEN feedback.cited    ELSE excluded.cited    END,
			alike    = CASE WHEN excluded.cited = '' THEN feedback.alike    ELSE excluded.alike    END`
	sqlFeedback = `SELECT exchange, platform, user_id, chat, thread, useful, article, revision, at, lang, question, cited
		FROM feedback WHERE (at, exchange, platform, user_id) > (?, ?, ?, ?)
		ORDER BY at, exchange, platform, user_id LIMIT ?`
	sqlAddAudit = `INSERT INTO audit (num, platform, chat, thread, user_id, command, text, allowed, note, at)
		VALUES ((SELECT COALESCE(MAX(num), 0) + 1 FROM audit), ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlAudits = `SELECT platform, chat, thread, user_id, command, text, allowed, note, at
		FROM audit ORDER BY num DESC LIMIT ?`
	sqlStats = `SELECT
		(SELECT COUNT(*) FROM updates WHERE finished IS NULL),
		(SELECT MIN(accepted) FROM updates WHERE finished IS NULL),
		(SELECT COUNT(*) FROM exchanges WHERE at >= ? AND command = ''),
		(SELECT COUNT(*) FROM questions WHERE at >= ?),
		(SELECT COUNT(*) FROM questions WHERE at >= ? AND outcome = 'answered'),
		(SELECT COUNT(*) FROM feedback WHERE at >= ? AND useful <> 0),
		(SELECT COUNT(*) FROM feedback WHERE at >= ? AND useful = 0),
		(SELECT COUNT(*) FROM audit WHERE at >= ? AND allowed = 0),
		(SELECT COUNT(*) FROM chats WHERE thread = ''),
		(SELECT COUNT(*) FROM chats WHERE thread = '' AND closed IS NOT NULL)`
)

// Pruning: what is older than a time, at most so many.
const (
	sqlPruneUpdates = `DELETE FROM updates WHERE num IN (
		SELECT num FROM updates WHERE finished < ? ORDER BY finished LIMIT ?)`
	sqlPruneReplies = `DELETE FROM replies WHERE (platform, chat, thread, question) IN (
		SELECT platform, chat, thread, question FROM replies WHERE at < ? ORDER BY at LIMIT ?)`
	sqlPruneExchanges = `DELETE FROM exchanges WHERE key IN (
		SELECT key FROM exchanges WHERE at < ? ORDER BY at LIMIT ?) RETURNING key`
)
