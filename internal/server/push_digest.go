package server

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

const (
	pushRealm = "broadcast"
	// nonceLife is how long a challenge may be answered: Windows Media Encoder
	// does not understand that its nonce is stale.
	nonceLife = 10 * time.Minute
)

// digestKey makes and checks challenges of Digest, RFC 2617, for a shared key:
// any user name goes with it. Nothing is kept of a challenge.
type digestKey struct{ secret []byte }

func newDigestKey() *digestKey {
	d := &digestKey{make([]byte, 32)}
	rand.Read(d.secret) // never fails
	return d
}

// nonce says when it was made, and proves that it was made here and for whom:
// nobody answers it from another address, not even with what was overheard.
func (d *digestKey) nonce(at int64, from netip.Addr) string {
	stamp := strconv.FormatInt(at, 16)
	m := hmac.New(sha256.New, d.secret)
	m.Write([]byte(stamp + " " + from.Unmap().String()))
	return stamp + "-" + hex.EncodeToString(m.Sum(nil)[:16])
}

func (d *digestKey) challenge(from netip.Addr) string {
	return `Digest realm="` + pushRealm + `", qop="auth", algorithm=MD5, nonce="` + d.nonce(time.Now().Unix(), from) + `"`
}

// right says whether a request's Authorization is Digest with the key as the
// password.
func (d *digestKey) right(r *http.Request, key string) bool {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return false
	}
	p := digestParameters(rest)
	if p["realm"] != pushRealm || !d.fresh(p["nonce"], remoteAddr(r)) || p["uri"] != r.RequestURI {
		return false
	}
	first := md5Hex(p["username"] + ":" + pushRealm + ":" + key)
	second := md5Hex(r.Method + ":" + p["uri"])
	middle := p["nonce"]
	switch p["qop"] {
	case "":
	case "auth":
		middle += ":" + p["nc"] + ":" + p["cnonce"] + ":auth"
	default:
		return false
	}
	return sameKey(strings.ToLower(p["response"]), md5Hex(first+":"+middle+":"+second))
}

func (d *digestKey) fresh(nonce string, from netip.Addr) bool {
	stamp, _, _ := strings.Cut(nonce, "-")
	at, err := strconv.ParseInt(stamp, 16, 64)
	if err != nil || !sameKey(nonce, d.nonce(at, from)) {
		return false
	}
	age := time.Since(time.Unix(at, 0))
	return age > -time.Minute && age < nonceLife
}

// digestParameters takes name=value and name="value" apart. A quoted value has
// no quotes inside.
func digestParameters(s string) map[string]string {
	p := map[string]string{}
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		var value string
		if quoted, isQuoted := strings.CutPrefix(strings.TrimSpace(rest), `"`); isQuoted {
			value, rest, _ = strings.Cut(quoted, `"`)
			_, s, _ = strings.Cut(rest, ",")
		} else {
			value, s, _ = strings.Cut(rest, ",")
		}
		p[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return p
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
