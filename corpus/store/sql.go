package store

// The SQL of the package. It keeps to what SQLite and PostgreSQL share (an
// upsert included), but for the placeholders.

const sqlColumns = `a.id, a.seq, a.num, a.revised, a.revision, a.withdrawn, a.story, a.path,
	r.title, r.title_derived, r.body, r.lead_len, r.outlet, r.author,
	r.published, r.basis, r.url, r.tags, r.captions`

const sqlCurrent = `SELECT ` + sqlColumns + `
	FROM articles a JOIN revisions r ON r.article = a.id AND r.revision = a.revision `

// Reading.
const (
	sqlArticle  = sqlCurrent + `WHERE a.id = ?`
	sqlArticles = sqlCurrent + `WHERE a.id IN ` // + a list of placeholders
	sqlAfter    = sqlCurrent + `WHERE a.seq > ? ORDER BY a.seq LIMIT ?`
	sqlSources  = sqlCurrent + `WHERE a.story = ? AND a.withdrawn = 0
		ORDER BY a.published = '', a.published, a.num`
	sqlNewest = sqlCurrent + `WHERE a.withdrawn = 0 AND a.num <= ?
		ORDER BY a.published DESC, a.seq DESC LIMIT ?`
	sqlWithdrawn = sqlCurrent + `WHERE a.withdrawn <> 0 ORDER BY a.seq DESC LIMIT ?`
	sqlRevision  = `SELECT a.id, a.seq, a.num, a.revised, r.revision, a.withdrawn, a.story, a.path,
		r.title, r.title_derived, r.body, r.lead_len, r.outlet, r.author,
		r.published, r.basis, r.url, r.tags, r.captions
		FROM articles a JOIN revisions r ON r.article = a.id
		WHERE a.id = ? AND r.revision = ?`
	sqlStates  = `SELECT id, seq, revision, withdrawn, path FROM articles WHERE id IN ` // + placeholders
	sqlLast    = `SELECT COALESCE(MAX(seq), 0) FROM articles`
	sqlOutlets = `SELECT DISTINCT outlet FROM articles WHERE withdrawn = 0 AND outlet <> '' ORDER BY outlet`
	// The plus keeps the planner in the index in which stories lie together.
	sqlCounts = `SELECT
		(SELECT COUNT(*) FROM articles WHERE withdrawn = 0),
		(SELECT COUNT(*) FROM articles WHERE withdrawn <> 0),
		(SELECT COUNT(*) FROM (SELECT DISTINCT story FROM articles WHERE +withdrawn = 0) AS stories),
		(SELECT COUNT(*) FROM revisions)`
	sqlSeqAt = `SELECT seq FROM moments WHERE at <= ? ORDER BY at DESC, seq DESC LIMIT 1`
	sqlMeta  = `SELECT value FROM meta WHERE name = ?`
	sqlRoots = `SELECT DISTINCT root FROM files ORDER BY root`
	// The files whose list has a text in it, whatever the case.
	sqlFilesWith = `SELECT root, path, articles FROM files WHERE articles LIKE ? ESCAPE '!' ORDER BY root, path`
	sqlFiles     = `SELECT path, prefix, size, mod_time, scanned, articles, duplicates, failures FROM files WHERE root = ?`
)

// Writing.
const (
	sqlHead = `SELECT num, seq, revised, revision, withdrawn, story, path, content_hash, text_hash
		FROM articles WHERE id = ?`
	sqlSameText = `SELECT a.id, a.revision, r.outlet, r.url
		FROM articles a JOIN revisions r ON r.article = a.id AND r.revision = a.revision
		WHERE a.text_hash = ? AND a.withdrawn = 0 AND a.id <> ? ORDER BY a.num`
	sqlInsertArticle = `INSERT INTO articles
		(id, num, seq, revised, revision, withdrawn, story, path, outlet, published, content_hash, text_hash, signature)
		VALUES (?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdateArticle = `UPDATE articles
		SET seq = ?, revised = ?, revision = ?, withdrawn = ?, path = ?, outlet = ?, published = ?,
			content_hash = ?, text_hash = ?, signature = ?
		WHERE id = ?`
	sqlInsertRevision = `INSERT INTO revisions
		(article, revision, title, title_derived, body, lead_len, outlet, author,
			published, basis, url, tags, captions)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlSetWithdrawn = `UPDATE articles SET withdrawn = ?, seq = ? WHERE id = ?`
	sqlSetPath      = `UPDATE articles SET path = ? WHERE id = ?`
	sqlSetStory     = `UPDATE articles SET story = ? WHERE id = ?`
	sqlMoveStory    = `UPDATE articles SET story = ?, seq = ? WHERE id = ?`
	sqlMembers      = `SELECT id FROM articles WHERE story = ? AND id <> ? AND withdrawn = 0 ORDER BY num`
	sqlInsertBands  = `INSERT INTO bands (band, num) VALUES `        // + (?, ?) a band
	sqlDeleteBands  = `DELETE FROM bands WHERE num = ? AND band IN ` // + placeholders
	// Candidates that share most come first; the limit bounds the work where
	// thousands of articles share a phrase. The plus keeps the planner from
	// walking through all articles by the index on withdrawn.
	sqlCandidates = `SELECT a.id, a.story, a.signature
		FROM articles a JOIN (
			SELECT num, COUNT(*) AS shared FROM bands WHERE band IN ` // + placeholders + sqlCandidatesEnd
	sqlCandidatesEnd = ` GROUP BY num
		) b ON b.num = a.num
		WHERE +a.withdrawn = 0 AND a.id <> ? ORDER BY b.shared DESC, a.num LIMIT 32`
	sqlBody = `SELECT r.body, r.published, r.basis
		FROM articles a JOIN revisions r ON r.article = a.id AND r.revision = a.revision
		WHERE a.id = ?`
	sqlSignature = `SELECT signature FROM articles WHERE id = ?`
	// The at of the last row is the greatest; both queries walk one index.
	sqlLatestMoment = `SELECT COALESCE(MAX(at), 0) FROM moments`
	sqlInsertMoment = `INSERT INTO moments (seq, at) VALUES (?, ?)`
	sqlSetMeta      = `INSERT INTO meta (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	sqlSetFile = `INSERT INTO files
		(root, path, prefix, size, mod_time, scanned, articles, duplicates, failures)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (root, path) DO UPDATE SET prefix = excluded.prefix, size = excluded.size,
			mod_time = excluded.mod_time, scanned = excluded.scanned,
			articles = excluded.articles, duplicates = excluded.duplicates,
			failures = excluded.failures`
	sqlDropFile = `DELETE FROM files WHERE root = ? AND path = ?`
)
