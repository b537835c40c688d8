package auth

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"net/netip"
	"strconv"
	"strings"

	"caracal/internal/auth/parameter"
)

// The algorithms of Digest, RFC 7616.
const (
	algorithmMD5    = "MD5"
	algorithmSHA256 = "SHA-256"
	sess            = "-sess" // after either
)

// errStale says that a response is right but its nonce is too old, or was used before.
var errStale = errors.New("auth: stale nonce")

// digestResponse is what follows Digest in Authorization, RFC 7616 3.4.
type digestResponse struct {
	username, realm, nonce, uri, response string
	algorithm                             string // MD5 or SHA-256
	sess                                  bool
	qop, nc, cnonce                       string
}

func parseDigest(rest string) (digestResponse, error) {
	p, err := parameter.Parse(rest)
	if err != nil {
		return digestResponse{}, ErrMalformed
	}
	d := digestResponse{
		username: p["username"], realm: p["realm"], nonce: p["nonce"], uri: p["uri"],
		response: strings.ToLower(p["response"]), qop: strings.ToLower(p["qop"]), nc: p["nc"], cnonce: p["cnonce"],
	}
	name, isSess := cutSuffixFold(p["algorithm"], sess)
	d.sess = isSess
	switch {
	case name == "", strings.EqualFold(name, algorithmMD5):
		d.algorithm = algorithmMD5
	case strings.EqualFold(name, algorithmSHA256):
		d.algorithm = algorithmSHA256
	default:
		return d, ErrMalformed
	}
	known := d.qop == "" || d.qop == "auth" && d.cnonce != "" && len(d.nc) == 8
	if !known || d.sess && d.cnonce == "" || len(d.username) > maxName || p["userhash"] == "true" {
		return d, ErrMalformed
	}
	return d, nil
}

func cutSuffixFold(s, suffix string) (string, bool) {
	i := len(s) - len(suffix)
	if i < 0 || !strings.EqualFold(s[i:], suffix) {
		return s, false
	}
	return s[:i], true
}

// hashed is H() of an algorithm, in hexadecimal.
func hashed(algorithm string, parts ...string) string {
	var h hash.Hash = md5.New()
	if algorithm == algorithmSHA256 {
		h = sha256.New()
	}
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// answer is what the response has to be for HA1 without a session, RFC 7616 3.4.1.
// Without a method it is rspauth, 3.5.
func (d *digestResponse) answer(ha1, method string) string {
	if d.sess {
		ha1 = hashed(d.algorithm, ha1, d.nonce, d.cnonce)
	}
	ha2 := hashed(d.algorithm, method, d.uri)
	if d.qop == "" {
		return hashed(d.algorithm, ha1, d.nonce, ha2)
	}
	return hashed(d.algorithm, ha1, d.nonce, d.nc, d.cnonce, d.qop, ha2)
}

// info is Authentication-Info, RFC 7616 3.5; RFC 2069 had none.
func (d *digestResponse) info(ha1, next string) string {
	if d.qop == "" {
		return ""
	}
	s := "qop=auth, rspauth=" + parameter.Quote(d.answer(ha1, "")) + ", cnonce=" + parameter.Quote(d.cnonce) + ", nc=" + d.nc
	if next != "" {
		s += ", nextnonce=" + parameter.Quote(next)
	}
	return s
}

// digested checks a response: of an account, or of any name with the point's key.
func (g *Guard) digested(ctx context.Context, r Request, d digestResponse, realm string) (Identity, string, error) {
	if d.realm != realm || !sameURI(d.uri, r.URI) && !(r.Holds && within(d.uri, r.URI)) {
		return Identity{}, "", ErrDenied
	}
	id, ha1, err := g.holder(ctx, r, d)
	if err != nil {
		return Identity{}, "", err
	}
	next, err := g.digest.use(d, r.Ask.Address)
	if err != nil {
		return Identity{}, "", err
	}
	return id, d.info(ha1, next), nil
}

// holder finds whose secret makes the response right.
func (g *Guard) holder(ctx context.Context, r Request, d digestResponse) (Identity, string, error) {
	if key := g.key(r.Ask); key != "" {
		ha1 := hashed(d.algorithm, d.username, d.realm, string(key))
		if same(d.response, d.answer(ha1, r.Method)) {
			return Identity{Scheme: Digest, Key: r.Ask.Target.Point}, ha1, nil
		}
	}
	if g.accounts == nil {
		return Identity{}, "", ErrDenied
	}
	id, ha1, err := g.accounts.ha1(ctx, d.username, d.realm, d.algorithm)
	if err != nil {
		return Identity{}, "", err
	}
	if !same(d.response, d.answer(ha1, r.Method)) {
		return Identity{}, "", ErrDenied
	}
	id.Scheme = Digest
	return id, ha1, nil
}

// sameURI says that the uri of a response is that of the request, one of which may
// be the whole URL and the other its path.
func sameURI(a, b string) bool {
	return a == b || pathOf(a) == b || a == pathOf(b)
}

// within says that one URI is that of content, and the other of a part of it: players
// of RTSP give one uri for all of their requests.
func within(a, b string) bool {
	a, b = strings.TrimRight(pathOf(a), "/"), strings.TrimRight(pathOf(b), "/")
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && (a == b || strings.HasPrefix(b, a+"/"))
}

func pathOf(uri string) string {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return uri
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// challenges are those of both algorithms. MD5 comes last: old programs that read
// several keep the last, and newer ones take the first.
func (d *digest) challenges(realm string, from netip.Addr, stale, old bool) []string {
	// Realm and nonce come first, in this order: live555 knows no other.
	head := "Digest realm=" + parameter.Quote(realm) + `, nonce="` + d.nonce(from) + `", qop="auth", algorithm=`
	tail := ""
	if stale {
		tail = ", stale=true"
	}
	if old {
		return []string{head + algorithmMD5 + tail}
	}
	return []string{head + algorithmSHA256 + ", charset=UTF-8" + tail, head + algorithmMD5 + tail}
}

// newDigest makes the secret that nonces are known again by.
func newDigest() *digest {
	d := &digest{secret: make([]byte, 32)}
	rand.Read(d.secret) // never fails
	return d
}

// count is nc as a number.
func (d *digestResponse) count() (uint32, bool) {
	n, err := strconv.ParseUint(d.nc, 16, 32)
	return uint32(n), err == nil && n > 0
}
