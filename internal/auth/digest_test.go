package auth

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// The examples of RFC 2617 3.5 and RFC 7616 3.9.1.
func TestDigestVectors(t *testing.T) {
	const rfc2617 = `username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
		uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b",
		response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"`
	const rfc7616 = `username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html",
		nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
		cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth,
		opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", `
	tests := []struct{ name, value, password string }{
		{"RFC 2617 3.5", rfc2617, "Circle Of Life"},
		{"RFC 7616 3.9.1, MD5", rfc7616 + `algorithm=MD5, response="8ca523f5e9506fed4657c9700eebdbec"`, "Circle of Life"},
		{"RFC 7616 3.9.1, SHA-256", rfc7616 + `algorithm=SHA-256, response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"`, "Circle of Life"},
	}
	for _, tt := range tests {
		d, err := parseDigest(tt.value)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		ha1 := hashed(d.algorithm, d.username, d.realm, tt.password)
		if got := d.answer(ha1, "GET"); got != d.response {
			t.Errorf("%s: %s, want %s", tt.name, got, d.response)
		}
	}
}

func TestParseDigestRefuses(t *testing.T) {
	const good = `username="a", realm="r", nonce="n", uri="/", response="00"`
	for _, s := range []string{
		"", // nothing is no error of its own, but qop decides below
		good,
		good + `, qop=auth, nc=00000001, cnonce="c"`,
		good + `, algorithm=sha-256-SESS, qop=auth, nc=00000001, cnonce="c"`,
	} {
		if _, err := parseDigest(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		good + `, qop=auth-int, nc=00000001, cnonce="c"`,
		good + `, qop=auth, nc=1, cnonce="c"`,
		good + `, qop=auth, nc=00000001`,
		good + `, algorithm=SHA-512-256`,
		good + `, algorithm=MD5-sess`,
		good + `, userhash=true`,
		good + `, realm="other"`,
		`username="a`,
		`username`,
		`="a"`,
		`username="a" realm="r"`,
	} {
		if _, err := parseDigest(s); err == nil {
			t.Errorf("%s: no error", s)
		}
	}
}

func TestNonces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDigest()
		here, there := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		nonce := d.nonce(here)
		use := func(nc string, from netip.Addr) bool {
			_, err := d.use(digestResponse{nonce: nonce, qop: "auth", nc: nc, username: "a"}, from)
			return err == nil
		}
		for _, tt := range []struct {
			nc   string
			from netip.Addr
			want bool
		}{
			{"00000001", there, false}, // overheard
			{"00000001", netip.MustParseAddr("::ffff:192.0.2.1"), true},
			{"00000001", here, false}, // again
			{"00000004", here, true},
			{"00000003", here, true}, // overtaken
			{"00000003", here, false},
			{"00000000", here, false},
			{"0000zzzz", here, false},
			{"00000100", here, true},
			{"00000002", here, false}, // too far behind to be told from one that was there
			{"ffffffff", here, true},
		} {
			if got := use(tt.nc, tt.from); got != tt.want {
				t.Errorf("%s from %v: %v, want %v", tt.nc, tt.from, got, tt.want)
			}
		}
		time.Sleep(nonceLife)
		if use("00000200", here) {
			t.Error("a nonce that is too old was taken")
		}
	})
}

// A nonce that was forgotten to make room cannot be used again.
func TestNoncesFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDigest()
		here := netip.MustParseAddr("192.0.2.1")
		first := digestResponse{nonce: d.nonce(here), qop: "auth", nc: "00000001"}
		if _, err := d.use(first, here); err != nil {
			t.Fatal(err)
		}
		for i := range maxNonces {
			if i%100 == 0 {
				time.Sleep(time.Second)
			}
			a := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
			if _, err := d.use(digestResponse{nonce: d.nonce(a), qop: "auth", nc: "00000001"}, a); err != nil {
				t.Fatal(i, err)
			}
		}
		if _, err := d.use(first, here); err != errStale {
			t.Errorf("a response that was used before: %v", err)
		}
		if len(d.used) != maxNonces || len(d.queue) != maxNonces {
			t.Errorf("%d nonces are remembered, in a queue of %d", len(d.used), len(d.queue))
		}
	})
}
