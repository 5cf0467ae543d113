package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// visitors tells those who ask apart without keeping who they are.
type visitors struct {
	key [32]byte // random, of this process
}

// name is an opaque name of the visitor's address, the same for as long as the
// process runs.
func (v *visitors) name(r *http.Request) string {
	mac := hmac.New(sha256.New, v.key[:])
	mac.Write([]byte(address(r)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// address is where a request comes from. A proxy on this machine is believed
// about it, as far as it has seen itself: the last address of X-Forwarded-For.
// Of an IPv6 address only the network counts, as a person has all of it.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if peer.Unmap().IsLoopback() {
		list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if client, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
			peer = client
		}
	}
	peer = peer.Unmap().WithZone("")
	if peer.Is6() {
		if network, err := peer.Prefix(64); err == nil {
			return network.String()
		}
	}
	return peer.String()
}
