package web_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"trichdan/bot/web"
	"trichdan/corpus"
)

// broken is a corpus that cannot be read, or only in part.
type broken struct {
	web.Articles
	article, revision, sources error
}

func (b broken) Article(ctx context.Context, id string) (*corpus.Article, error) {
	if b.article != nil {
		return nil, b.article
	}
	return b.Articles.Article(ctx, id)
}

func (b broken) Revision(ctx context.Context, id string, n int) (*corpus.Article, error) {
	if b.revision != nil {
		return nil, b.revision
	}
	return b.Articles.Revision(ctx, id, n)
}

func (b broken) Sources(ctx context.Context, story string) ([]*corpus.Article, error) {
	if b.sources != nil {
		return nil, b.sources
	}
	return b.Articles.Sources(ctx, story)
}

func TestBrokenArticles(t *testing.T) {
	secret := errors.New("đĩa bí mật hỏng")
	for _, tt := range []struct {
		name   string
		broken broken
		status int
		says   string
	}{
		{"the article", broken{article: secret}, 503, "chưa mở được bài"},
		{"the revision", broken{revision: secret}, 503, "chưa mở được bài"},
		{"the sources", broken{sources: secret}, 200, market.Body},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, func(o *web.Options) {
				tt.broken.Articles = o.Articles
				o.Articles = tt.broken
			})
			second := market
			second.Body = "Chợ hôm ở lại phố Gạo."
			s.put(t, second)
			d := get(t, s, "/a/cho-hom?r=1")
			if d.Code != tt.status || !strings.Contains(words(d.root), tt.says) || strings.Contains(d.Body.String(), "bí mật") {
				t.Errorf("status %d, %q", d.Code, words(d.root))
			}
		})
	}
}
