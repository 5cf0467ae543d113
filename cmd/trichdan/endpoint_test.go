package main

import (
	"net"
	"strings"
	"testing"
)

func TestEndpointProblems(t *testing.T) {
	noTokens(t)
	t.Setenv("TRICHDAN_WEB_TOKEN", "short")
	t.Setenv("TRICHDAN_METRICS_TOKEN", "two words and more")
	wrong := endpoint{Listen: "8080", PublicURL: "https://example.org/?q=1"}
	said := strings.Join(wrong.problems(false), "\n")
	for _, name := range []string{"TRICHDAN_LISTEN", "TRICHDAN_PUBLIC_URL", "TRICHDAN_WEB_TOKEN", "TRICHDAN_METRICS_TOKEN"} {
		if !strings.Contains(said, name) {
			t.Errorf("nothing about %s in:\n%s", name, said)
		}
	}
	noTokens(t)
	for _, public := range []string{"example.org", "ftp://example.org", "https://", "https://me:pw@example.org", "https://example.org/#top", "https://example.org/?", "https://example.org/tin"} {
		if p := (&endpoint{PublicURL: public}).problems(false); len(p) != 1 || !strings.Contains(p[0], "TRICHDAN_PUBLIC_URL") {
			t.Errorf("%s: %q", public, p)
		}
	}
	if p := (&endpoint{Listen: "off"}).problems(true); len(p) != 1 || !strings.Contains(p[0], "a webhook needs it") {
		t.Errorf("off, with a webhook: %q", p)
	}
	right := endpoint{Listen: "off", PublicURL: "https://example.org//"}
	if p := right.problems(false); len(p) > 0 || right.public() != "https://example.org" {
		t.Errorf("%q, %q", p, right.public())
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct {
		listen  string
		webhook bool
		want    string
		open    bool
	}{
		{"", false, "localhost:8080", true},
		{"", true, ":8080", false},
		{":9000", true, ":9000", true},
		{"127.0.0.1:1", false, "127.0.0.1:1", true},
		{"off", false, "", false},
	} {
		if got, open := (&endpoint{Listen: tt.listen}).address(tt.webhook); got != tt.want || open != tt.open {
			t.Errorf("%+v: %q, %v", tt, got, open)
		}
	}
	for address, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "[::]:8080": "http://localhost:8080", "127.0.0.1:9": "http://localhost:9",
		"127.0.0.2:9": "http://127.0.0.2:9", "[::1]:9": "http://[::1]:9", "example.org:9": "http://example.org:9", "10.0.0.1:9": "http://10.0.0.1:9",
	} {
		if got := localURL(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestListenTaken: that the default address is in use is a warning where
// something else runs, and an error where the page would be all, or the operator
// has given the address.
func TestListenTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	for _, tt := range []struct {
		given    string
		required bool
		fails    bool
	}{{"", false, false}, {"", true, true}, {address, false, true}} {
		var log strings.Builder
		l, err := (&endpoint{Listen: tt.given}).listen(t.Context(), address, tt.required, newLog(&log, nil))
		if l != nil || (err != nil) != tt.fails || err != nil && !strings.Contains(err.Error(), "TRICHDAN_LISTEN") {
			t.Errorf("%+v: %v, %v", tt, l, err)
		}
		if warned := strings.Contains(log.String(), "level=WARN"); warned == tt.fails {
			t.Errorf("%+v: logged %q", tt, log.String())
		}
	}
}
