package ledger

// Columns, in the order in which scanSubscription and scanDelivery take them.
const (
	subscriptionColumns = `id, number, platform, chat, thread, user_id, lang, schedule, zone, topic, outlets,
		always, seen, next, paused, made, last_run, last_sent, last_note`
	deliveryColumns = `subscription, run, part, parts, platform, chat, thread, up_to, body, state, attempts, repeats,
		not_before, deadline, made, begun, settled, message, problem`
)

// Subscriptions.
const (
	sqlNextID = `INSERT INTO counters (name, last) VALUES ('subscriptions', 1)
		ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last`
	sqlNextNumber = `INSERT INTO numbers (platform, chat, thread, last) VALUES (?, ?, ?, 1)
		ON CONFLICT (platform, chat, thread) DO UPDATE SET last = numbers.last + 1 RETURNING last`
	sqlSame = `SELECT ` + subscriptionColumns + ` FROM subscriptions WHERE platform = ? AND chat = ? AND thread = ?
		AND schedule = ? AND zone = ? AND topic = ? AND outlets = ?`
	sqlSubscribe = `INSERT INTO subscriptions (id, number, platform, chat, thread, user_id, lang, schedule, zone, topic,
			outlets, always, arrival, seen, next, paused, by_chat, runs, made, last_note)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, ?, '')`
	sqlSubscription     = `SELECT ` + subscriptionColumns + ` FROM subscriptions WHERE id = ?`
	sqlNumbered         = `SELECT ` + subscriptionColumns + ` FROM subscriptions WHERE platform = ? AND chat = ? AND thread = ? AND number = ?`
	sqlSubscriptions    = `SELECT ` + subscriptionColumns + ` FROM subscriptions WHERE platform = ? AND chat = ? AND thread = ? ORDER BY number`
	sqlDropSubscription = `DELETE FROM subscriptions WHERE id = ?`
	sqlDropNumbers      = `DELETE FROM numbers WHERE platform = ? AND chat = ? AND thread = ? AND NOT EXISTS (
		SELECT 1 FROM subscriptions s WHERE s.platform = numbers.platform AND s.chat = numbers.chat AND s.thread = numbers.thread)`
	sqlPause  = `UPDATE subscriptions SET paused = ?, by_chat = 0 WHERE id = ?`
	sqlResume = `UPDATE subscriptions SET paused = '', by_chat = 0, next = CASE WHEN arrival = 1 THEN NULL ELSE ? END,
			seen = CASE WHEN seen < ? THEN ? ELSE seen END
		WHERE id = ? AND paused <> ''`
	sqlDueSubscriptions = `SELECT ` + subscriptionColumns + ` FROM subscriptions
		WHERE paused = '' AND next <= ? ORDER BY next, id LIMIT ?`
	sqlOnArrival = `SELECT ` + subscriptionColumns + ` FROM subscriptions
		WHERE paused = '' AND arrival = 1 AND seen < ? AND (last_sent IS NULL OR last_sent <= ?) ORDER BY seen, id LIMIT ?`
	// What was advanced since the caller read it is not advanced again: its
	// cursor is another then, or where nothing was new, its next run.
	sqlAdvance = `UPDATE subscriptions SET seen = ?, next = CASE WHEN arrival = 1 THEN NULL ELSE ? END,
			runs = runs + 1, last_run = ?, last_note = ?
		WHERE id = ? AND seen = ? AND paused = '' AND (arrival = 1 AND seen <> ? OR next < COALESCE(?, next + 1))
		RETURNING runs, platform, chat, thread`
	sqlAhead = `SELECT ` + subscriptionColumns + ` FROM subscriptions
		WHERE paused = '' AND last_run > ? AND next > ? AND id > ? ORDER BY id LIMIT ?`
	sqlReschedule = `UPDATE subscriptions SET next = ? WHERE id = ? AND next = ?`
	sqlPassOver   = `UPDATE subscriptions SET seen = ?`
	sqlPutBack    = `UPDATE subscriptions SET seen = ? WHERE seen > ?`
	sqlLastSent   = `UPDATE subscriptions SET last_sent = ? WHERE id = ?`
)

// What the state of chats means for their subscriptions.
const (
	sqlWithChatOpen = `UPDATE subscriptions SET paused = '', by_chat = 0
		WHERE platform = ? AND chat = ? AND by_chat = 1 AND NOT EXISTS (
			SELECT 1 FROM chats c WHERE c.platform = subscriptions.platform AND c.chat = subscriptions.chat
				AND c.thread IN ('', subscriptions.thread) AND c.closed IS NOT NULL)`
	sqlWithChatClosed = `UPDATE subscriptions SET by_chat = 1, paused = COALESCE((
			SELECT NULLIF(c.reason, '') FROM chats c WHERE c.platform = subscriptions.platform AND c.chat = subscriptions.chat
				AND c.thread IN ('', subscriptions.thread) AND c.closed IS NOT NULL ORDER BY c.thread LIMIT 1), 'closed')
		WHERE platform = ? AND chat = ? AND (paused = '' OR by_chat = 1) AND EXISTS (
			SELECT 1 FROM chats c WHERE c.platform = subscriptions.platform AND c.chat = subscriptions.chat
				AND c.thread IN ('', subscriptions.thread) AND c.closed IS NOT NULL)`
)

// The subscriptions of a chat that has got another ID.
const (
	sqlOfChat         = `SELECT ` + subscriptionColumns + ` FROM subscriptions WHERE platform = ? AND chat = ? ORDER BY thread, number`
	sqlNumberedPlaces = `SELECT thread FROM numbers WHERE platform = ? AND chat = ?`
	sqlMoveNumbers    = `UPDATE numbers SET chat = ? WHERE platform = ? AND chat = ? AND NOT EXISTS (
		SELECT 1 FROM numbers n WHERE n.platform = numbers.platform AND n.chat = ? AND n.thread = numbers.thread)`
	sqlDropChatNumbers  = `DELETE FROM numbers WHERE platform = ? AND chat = ?`
	sqlMoveSubscription = `UPDATE subscriptions SET chat = ?, number = ? WHERE id = ?`
	sqlMoveDeliveries   = `UPDATE deliveries SET chat = ? WHERE subscription = ?`
)

// Deliveries. The comparisons with 'unknown' keep for good that it is not known
// whether a message has arrived.
const (
	sqlDeliver = `INSERT INTO deliveries (subscription, run, part, parts, platform, chat, thread, up_to, body,
			state, attempts, repeats, not_before, deadline, made, message, problem)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, ?, ?, ?, '', '')`
	sqlDelivery = `SELECT ` + deliveryColumns + ` FROM deliveries WHERE subscription = ? AND run = ? AND part = ?`
	// mayBegin is what must hold of a delivery d besides its time: no deadline
	// passed (a time), no earlier part unsettled, its subscription not paused.
	mayBegin = ` (deadline IS NULL OR deadline > ?)
		AND (SELECT s.paused FROM subscriptions s WHERE s.id = d.subscription) = ''
		AND NOT EXISTS (SELECT 1 FROM deliveries p
			WHERE p.subscription = d.subscription AND p.run = d.run AND p.part < d.part AND p.settled IS NULL)`
	sqlDueDeliveries = `SELECT ` + deliveryColumns + ` FROM deliveries d WHERE platform = ? AND not_before <= ? AND` + mayBegin + `
		ORDER BY not_before, subscription, run, part LIMIT ?`
	sqlNextDelivery  = `SELECT not_before FROM deliveries WHERE platform = ? AND not_before > ? ORDER BY not_before LIMIT 1`
	sqlBeginDelivery = `UPDATE deliveries AS d SET state = 'sending', attempts = attempts + 1,
			repeats = repeats + CASE WHEN state = 'unknown' THEN 1 ELSE 0 END, not_before = NULL, begun = ?
		WHERE subscription = ? AND run = ? AND part = ? AND not_before <= ? AND` + mayBegin + `
		RETURNING ` + deliveryColumns
	sqlSettle = `UPDATE deliveries SET state = ?, not_before = ?, settled = ?, message = ?, problem = ?,
			body = CASE WHEN ? = 1 THEN body ELSE ? END
		WHERE subscription = ? AND run = ? AND part = ?`
	// sqlGiveUp gives up what is to be tried of a subscription: settled,
	// problem, an empty body.
	sqlGiveUp = `UPDATE deliveries SET not_before = NULL, settled = ?, problem = ?,
			body = CASE WHEN state = 'unknown' THEN body ELSE ? END,
			state = CASE WHEN state = 'unknown' THEN 'unknown' ELSE 'dropped' END
		WHERE subscription = ? AND not_before IS NOT NULL`
	sqlAnyLate  = `SELECT EXISTS (SELECT 1 FROM deliveries WHERE not_before IS NOT NULL AND deadline <= ?)`
	sqlDropLate = `UPDATE deliveries SET not_before = NULL, settled = ?, problem = ?,
			body = CASE WHEN state = 'unknown' THEN body ELSE ? END,
			state = CASE WHEN state = 'unknown' THEN 'unknown' ELSE 'dropped' END
		WHERE (subscription, run, part) IN (SELECT subscription, run, part FROM deliveries
			WHERE not_before IS NOT NULL AND deadline <= ? ORDER BY deadline LIMIT ?)`
	sqlSending    = `SELECT ` + deliveryColumns + ` FROM deliveries WHERE state = 'sending' ORDER BY subscription, run, part`
	sqlParked     = `SELECT ` + deliveryColumns + ` FROM deliveries WHERE state = 'parked' ORDER BY settled DESC LIMIT ?`
	sqlDeliveries = `SELECT ` + deliveryColumns + ` FROM deliveries WHERE subscription = ? ORDER BY run DESC, part DESC LIMIT ?`
	sqlPending    = `SELECT COUNT(*), MIN(made),
			SUM(CASE WHEN COALESCE((SELECT s.paused FROM subscriptions s WHERE s.id = d.subscription), '') <> '' THEN 1 ELSE 0 END)
		FROM deliveries d WHERE not_before IS NOT NULL`
	sqlSettled = `SELECT
			SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'parked' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'dropped' THEN 1 ELSE 0 END), SUM(repeats)
		FROM deliveries WHERE settled >= ?`
	sqlCounts = `SELECT (SELECT COUNT(*) FROM subscriptions), (SELECT COUNT(*) FROM subscriptions WHERE paused <> ''),
		(SELECT COUNT(*) FROM deliveries WHERE state = 'sending'), (SELECT COUNT(*) FROM deliveries WHERE state = 'unknown'),
		(SELECT COUNT(*) FROM deliveries WHERE state = 'parked')`
	sqlPruneDeliveries = `DELETE FROM deliveries WHERE (subscription, run, part) IN (
		SELECT subscription, run, part FROM deliveries WHERE settled < ? ORDER BY settled LIMIT ?)`
)
