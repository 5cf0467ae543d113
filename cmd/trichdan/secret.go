package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
)

// secret reads a secret from the environment variable name, or from the file
// that name_FILE names, as containers give them. problem says what is wrong
// with the two, "" if nothing is; then the secret may still be missing.
func secret(name string) (value, problem string) {
	value, path := os.Getenv(name), os.Getenv(name+"_FILE")
	switch {
	case value != "" && path != "":
		return "", fmt.Sprintf("%s and %s_FILE are both set: keep one of them", name, name)
	case path != "":
		b, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Sprintf("%s_FILE: %v: give the file that holds the token, or set %s", name, err, name)
		}
		if value = strings.TrimSpace(string(b)); value == "" {
			return "", fmt.Sprintf("%s_FILE: %s is empty: write the token into it", name, path)
		}
	}
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, " \t\r\n\x00") {
		return "", fmt.Sprintf("%s has a space or a line break in it: copy the token again", name)
	}
	return value, ""
}

// redacted is a writer that leaves out secrets. The adapters take care that
// none is in what they log; this is for what nobody thought of. Each must be
// written in one piece, as the lines of the log are.
type redacted struct {
	w io.Writer

	mu      sync.RWMutex
	secrets [][]byte
}

// hide adds a secret, as it is and as it stands in an address.
func (r *redacted) hide(secret string) {
	if len(secret) < 8 { // it would tear words apart
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range []string{secret, url.QueryEscape(secret)} {
		r.secrets = append(r.secrets, []byte(s))
	}
}

func (r *redacted) Write(p []byte) (int, error) {
	r.mu.RLock()
	q := p
	for _, s := range r.secrets {
		q = bytes.ReplaceAll(q, s, []byte("[secret]"))
	}
	r.mu.RUnlock()
	if _, err := r.w.Write(q); err != nil {
		return 0, err
	}
	return len(p), nil
}
