package ledger

// What is kept of people is found by the hash of their ID and the platform, or
// by the chat with them alone and the platform; NULL finds nothing.
const ofPerson = `(user_id = ? AND platform = ? OR chat = ? AND platform = ?)`

// People's IDs that were stored before they were hashed, and the marks of the
// ledger itself, which are notes of no platform.
const (
	sqlPlainExchanges = `SELECT key, platform, user_id FROM exchanges WHERE hashed = 0 ORDER BY key LIMIT ?`
	sqlHashExchange   = `UPDATE exchanges SET user_id = ?, hashed = 1 WHERE key = ?`
	sqlPlainFeedback  = `SELECT exchange, platform, user_id, question FROM feedback WHERE hashed = 0 ORDER BY exchange LIMIT ?`
	// The chat is known as long as the exchange is.
	sqlHashFeedback = `UPDATE feedback SET user_id = ?, alike = ?, hashed = 1,
			chat   = CASE WHEN EXISTS (SELECT 1 FROM exchanges e WHERE e.key = feedback.exchange) THEN chat   ELSE '' END,
			thread = CASE WHEN EXISTS (SELECT 1 FROM exchanges e WHERE e.key = feedback.exchange) THEN thread ELSE '' END
		WHERE exchange = ? AND platform = ? AND user_id = ?`
	sqlKeepNote = `INSERT INTO notes (platform, name, value) VALUES ('', ?, ?) ON CONFLICT (platform, name) DO NOTHING`
	sqlDropNote = `DELETE FROM notes WHERE platform = '' AND name = ? AND value = ?`
)

// Questions.
const (
	sqlAddQuestion = `INSERT INTO questions (num, exchange, platform, lang, text, alike, outcome, took, at)
		VALUES ((SELECT COALESCE(MAX(num), 0) + 1 FROM questions), ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (exchange) WHERE exchange IS NOT NULL DO UPDATE SET platform = excluded.platform,
			lang = excluded.lang, text = excluded.text, alike = excluded.alike, outcome = excluded.outcome,
			took = excluded.took, at = excluded.at`
	sqlFirst = `SELECT MIN(at) FROM (SELECT MIN(at) AS at FROM questions UNION ALL SELECT MIN(at) FROM feedback) AS firsts`
	sqlDay   = `SELECT COUNT(*),
			COUNT(CASE WHEN outcome = 'answered' THEN 1 END), COUNT(CASE WHEN outcome = 'abstained' THEN 1 END),
			COUNT(CASE WHEN outcome = 'nothing' THEN 1 END), COUNT(CASE WHEN outcome = 'failed' THEN 1 END)
		FROM questions WHERE at >= ? AND at < ?`
	sqlFeedbackOfDay = `SELECT COUNT(CASE WHEN useful <> 0 THEN 1 END), COUNT(CASE WHEN useful = 0 THEN 1 END)
		FROM feedback WHERE at >= ? AND at < ?`
	// Those that are alike lie together in their index, so that they are
	// counted without sorting; the plus keeps the planner from that by time.
	askedOften = `SELECT (SELECT t.text FROM questions t WHERE t.alike = q.alike AND t.at = q.last ORDER BY t.num DESC LIMIT 1), q.times
		FROM (SELECT alike, COUNT(*) AS times, MAX(at) AS last FROM questions
			WHERE alike IS NOT NULL AND +at >= ? AND +at < ?`
	askedOftenEnd = ` GROUP BY alike ORDER BY times DESC, last DESC, alike LIMIT ?) q
		ORDER BY q.times DESC, q.last DESC, q.alike`
	sqlAsked   = askedOften + askedOftenEnd
	sqlMissing = askedOften + ` AND outcome IN ('nothing', 'abstained')` + askedOftenEnd
	// The question may be gone before what was thought of its answer.
	sqlNotUseful = `SELECT COALESCE(
			(SELECT t.text FROM questions t WHERE t.alike = f.alike ORDER BY t.at DESC, t.num DESC LIMIT 1),
			(SELECT g.question FROM feedback g WHERE g.alike = f.alike ORDER BY g.at DESC LIMIT 1)), f.times
		FROM (SELECT alike, COUNT(CASE WHEN useful = 0 THEN 1 END) AS times, MAX(at) AS last FROM feedback
			WHERE alike IS NOT NULL AND at >= ? AND at < ?
			GROUP BY alike HAVING COUNT(CASE WHEN useful = 0 THEN 1 END) > COUNT(CASE WHEN useful <> 0 THEN 1 END)
			ORDER BY times DESC, last DESC, alike LIMIT ?) f
		ORDER BY f.times DESC, f.last DESC, f.alike`
)

// What is stored about a person: four of ofPerson twice, platform and chat
// twice, the ID itself and the platform.
const sqlStored = `SELECT
	(SELECT COUNT(*) FROM exchanges WHERE ` + ofPerson + `),
	(SELECT COUNT(*) FROM feedback WHERE ` + ofPerson + `),
	(SELECT COUNT(*) FROM subscriptions WHERE platform = ? AND chat = ?),
	(SELECT COUNT(*) FROM chats WHERE platform = ? AND chat = ? AND thread = '' AND lang <> ''),
	(SELECT COUNT(*) FROM audit WHERE user_id = ? AND platform = ?)`

// Forgetting a person.
const (
	sqlForgetQuestions = `DELETE FROM questions WHERE exchange IN (SELECT key FROM exchanges WHERE ` + ofPerson + `)`
	sqlForgetFeedback  = `DELETE FROM feedback WHERE ` + ofPerson
	// What others thought of the answers stays theirs, without the question.
	sqlForgetQuoted = `UPDATE feedback SET question = '', alike = NULL, chat = '', thread = ''
		WHERE exchange IN (SELECT key FROM exchanges WHERE ` + ofPerson + `)`
	sqlForgetExchanges     = `DELETE FROM exchanges WHERE ` + ofPerson
	sqlForgetSubscriber    = `UPDATE subscriptions SET user_id = '' WHERE user_id = ? AND platform = ?`
	sqlForgetSubscriptions = `DELETE FROM subscriptions WHERE platform = ? AND chat = ?`
	sqlForgetDeliveries    = `DELETE FROM deliveries WHERE platform = ? AND chat = ?`
)

// Pruning: what is older than a time, at most so many.
const (
	sqlPruneQuestions = `DELETE FROM questions WHERE num IN (
		SELECT num FROM questions WHERE at < ? ORDER BY at LIMIT ?)`
	sqlUnlinkQuestions = `UPDATE questions SET exchange = NULL WHERE num IN (
		SELECT num FROM questions WHERE exchange IS NOT NULL AND at < ? ORDER BY at LIMIT ?)`
	sqlPruneFeedback = `DELETE FROM feedback WHERE (exchange, platform, user_id) IN (
		SELECT exchange, platform, user_id FROM feedback WHERE at < ? ORDER BY at LIMIT ?)`
	sqlPruneAudit = `DELETE FROM audit WHERE num IN (
		SELECT num FROM audit WHERE at < ? ORDER BY at LIMIT ?)`
	// With the exchange goes where its answer was judged.
	sqlForgetPlace = `UPDATE feedback SET chat = '', thread = '' WHERE exchange = ?`
)

// What waits now.
const sqlQueues = `SELECT platform, COUNT(*), MIN(accepted) FROM updates WHERE finished IS NULL GROUP BY platform`
