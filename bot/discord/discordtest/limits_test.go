package discordtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStrict: what is beyond the rate limits is refused, and nothing else.
func TestStrict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewPiped()
		defer s.Close()
		s.Strict = true
		client := s.Client()
		defer client.CloseIdleConnections()
		n := 0
		post := func(channel string) *http.Response {
			t.Helper()
			n++
			text := fmt.Sprintf(`{"content":"tin %d","embeds":[],"components":[],%s}`, n, forbidden)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.API+"/channels/"+channel+"/messages", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bot "+Token)
			resp, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return resp
		}
		sleep := func(d time.Duration) {
			<-time.After(d)
		}

		// One channel.
		for i := range 5 {
			resp := post("7")
			if left := resp.Header.Get("X-RateLimit-Remaining"); resp.StatusCode != http.StatusOK || left != fmt.Sprint(4-i) {
				t.Errorf("message %d: %s, %s left", i, resp.Status, left)
			}
			sleep(time.Second / 2)
		}
		if resp := post("7"); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("X-RateLimit-Reset-After") != "2.500" || resp.Header.Get("X-RateLimit-Global") != "" {
			t.Errorf("the sixth: %s, %v", resp.Status, resp.Header)
		}
		if resp := post("8"); resp.StatusCode != http.StatusOK {
			t.Errorf("another channel: %s", resp.Status)
		}
		sleep(2500 * time.Millisecond)
		if resp := post("7"); resp.StatusCode != http.StatusOK || resp.Header.Get("X-RateLimit-Remaining") != "4" {
			t.Errorf("after 5 seconds: %s, %v", resp.Status, resp.Header)
		}

		// All together.
		sleep(time.Second)
		limited := func(channel int, want bool) {
			t.Helper()
			resp := post(fmt.Sprint(channel))
			if got := resp.StatusCode == http.StatusTooManyRequests && resp.Header.Get("X-RateLimit-Global") != ""; got != want {
				t.Errorf("call %d: %s", channel, resp.Status)
			}
		}
		for i := range 50 {
			limited(100+i, false)
			if i == 0 {
				sleep(time.Second / 4)
			}
		}
		limited(200, true)
		sleep(time.Second*3/4 - 1)
		limited(201, true)
		sleep(1)
		limited(202, false) // the first one is a second ago
		limited(203, true)
		if c := s.Counts(); c.Limited != 4 || c.Messages != n-4 {
			t.Errorf("%d calls: %+v", n, c)
		}
	})
}
