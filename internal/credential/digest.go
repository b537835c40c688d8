package credential

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"caracal/internal/auth/parameter"
)

// digest is a challenge of Digest, and how often it was answered.
type digest struct {
	realm, nonce, opaque string
	hasOpaque            bool
	algorithm            string // as the server spells it; "" for MD5 of RFC 2069
	new                  func() hash.Hash
	sess, qop            bool
	count                uint32
	cnonce               string
}

// parseDigest is false for what is not known here: auth-int alone, other algorithms.
func parseDigest(c *challenge) (d digest, ok bool) {
	p := c.parameters
	d = digest{realm: p["realm"], nonce: p["nonce"], algorithm: p["algorithm"]}
	d.opaque, d.hasOpaque = p["opaque"]
	name, sess := strings.CutSuffix(strings.ToUpper(d.algorithm), "-SESS")
	switch name {
	case "", "MD5":
		d.new = md5.New
	case "SHA-256":
		d.new = sha256.New
	default:
		return d, false
	}
	d.sess = sess
	offered, has := p["qop"]
	for one := range strings.SplitSeq(offered, ",") {
		d.qop = d.qop || strings.EqualFold(strings.TrimSpace(one), "auth")
	}
	d.cnonce = newCnonce()
	return d, d.nonce != "" && d.qop == has && (d.qop || !d.sess)
}

// strong says that it is better than MD5.
func (d *digest) strong() bool { return d.new().Size() > md5.Size }

// renew takes another nonce.
func (d *digest) renew(nonce string) { d.nonce, d.count, d.cnonce = nonce, 0, newCnonce() }

func newCnonce() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func (d *digest) hashed(parts ...string) string {
	h := d.new()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// answer is the value of Authorization for one request, RFC 7616 3.4. Old servers want
// algorithm, qop and nc without quotes.
func (d *digest) answer(l *Login, method, uri string) string {
	d.count++
	nc := fmt.Sprintf("%08x", d.count)
	ha1 := d.hashed(l.User, d.realm, string(l.Password))
	if d.sess {
		ha1 = d.hashed(ha1, d.nonce, d.cnonce)
	}
	ha2 := d.hashed(method, uri)
	response := d.hashed(ha1, d.nonce, ha2)
	if d.qop {
		response = d.hashed(ha1, d.nonce, nc, d.cnonce, "auth", ha2)
	}
	s := "Digest username=" + parameter.Quote(l.User) + ", realm=" + parameter.Quote(d.realm) +
		", nonce=" + parameter.Quote(d.nonce) + ", uri=" + parameter.Quote(uri) + `, response="` + response + `"`
	if d.algorithm != "" {
		s += ", algorithm=" + d.algorithm
	}
	if d.hasOpaque {
		s += ", opaque=" + parameter.Quote(d.opaque)
	}
	if d.qop {
		s += ", qop=auth, nc=" + nc + `, cnonce="` + d.cnonce + `"`
	}
	return s
}
