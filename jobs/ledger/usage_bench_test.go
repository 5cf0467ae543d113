package ledger

import (
	"testing"
	"time"

	"trichdan/bot/chat"
)

// asked is a ledger with many questions of 90 days, a tenth of them alike to
// others, and what was thought of some.
func asked(b *testing.B, questions int) (*Ledger, *clock) {
	b.Helper()
	c := newClock()
	l := temp(b, c.now)
	const day = int64(24 * time.Hour)
	_, err := l.db.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO questions (num, exchange, platform, lang, text, alike, outcome, took, at)
		SELECT i, CASE WHEN i % 3 = 0 THEN 'khóa' || i END, 'telegram', 'vi', 'Kinh tế quý ' || i || ' của thành phố tăng bao nhiêu phần trăm?',
			((CASE WHEN i % 10 = 0 THEN i % 1000 ELSE i END) * 2654435761) % 4294967296 * 2147483648,
			CASE i % 4 WHEN 0 THEN 'nothing' WHEN 1 THEN 'abstained' ELSE 'answered' END, 12000000, ? - i * ? FROM n`,
		questions, c.t.UnixNano(), 90*day/int64(questions))
	ok(b, err)
	_, err = l.db.Exec(`INSERT INTO feedback (exchange, platform, user_id, hashed, chat, thread, useful, article, revision, lang, question, cited, at, alike)
		SELECT num, platform, num % 1000, 1, '', '', num % 2, '', 0, 'vi', text, '[]', at, alike FROM questions WHERE num % 20 < 2`)
	ok(b, err)
	return l, c
}

// BenchmarkUsage is the statistics of 7 and of 90 days, of a million questions
// and 100,000 judgements.
func BenchmarkUsage(b *testing.B) {
	l, c := asked(b, 1_000_000)
	zone := time.FixedZone("ICT", 7*60*60)
	for name, days := range map[string]int{"7 days": 7, "90 days": 90} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				u, err := l.Usage(b.Context(), c.t.AddDate(0, 0, -days), zone, 10)
				ok(b, err)
				if len(u.Asked) != 10 || len(u.Missing) != 10 || len(u.NotUseful) != 10 {
					b.Fatalf("%d, %d and %d questions", len(u.Asked), len(u.Missing), len(u.NotUseful))
				}
			}
		})
	}
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			ok(b, l.PutQuestion(b.Context(), chat.Question{Platform: "telegram", Text: "Cầu nào?", Key: "cau nao", Outcome: chat.Answered}))
		}
	})
	b.Run("prune", func(b *testing.B) {
		for b.Loop() {
			ok(b, l.Prune(b.Context()))
		}
	})
}
