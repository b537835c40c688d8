package interop

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pair makes a certificate as OpenSSL does, good for this machine, and trusts it; every
// user may read it.
func pair(t *testing.T) (certificate, key string) {
	t.Helper()
	dir := scratch(t)
	certificate, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	out, err := exec.Command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "60", "-subj", "/CN=localhost",
		"-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	return certificate, key
}

// tlsConfig has HTTP and RTSP over TLS, with more keys for both.
func tlsConfig(certificate, key, more string) string {
	tls := "tls: {address: '127.0.0.1:0', certificate: " + certificate + ", key: " + key + more + "}"
	return fast + noMMS + "http: {" + tls + "}\nrtsp: {address: '127.0.0.1:0', " + tls + "}\n"
}

func TestTLSPlayers(t *testing.T) {
	certificate, key := pair(t)
	s := serveWith(t, tlsConfig(certificate, key, ""), clip(t, ""))
	names := []string{mbr, plain, "wmv2_wmav2_p8192.wmv", "wmav2_p1600.wma"}
	url := func(scheme, name string) string {
		if scheme == "https" {
			return "https://" + s.https + "/" + name
		}
		return "rtsps://" + s.rtsps + "/" + name
	}
	t.Run("curl", func(t *testing.T) {
		parallel(t, names, func(t *testing.T, name string) {
			sameBytes(t, []byte(play(t, "curl", "-sS", "--cacert", certificate, url("https", name))), readFile(t, clip(t, name)))
		})
	})
	t.Run("FFmpeg", func(t *testing.T) {
		parallel(t, names, func(t *testing.T, name string) {
			want := frames(t, "-i", clip(t, name))
			sameFrames(t, frames(t, "-ca_file", certificate, "-tls_verify", "1", "-i", url("https", name)), want)
			sameFrames(t, frames(t, "-i", url("rtsps", name)), want)
		})
	})
	t.Run("GStreamer", func(t *testing.T) {
		parallel(t, names, func(t *testing.T, name string) {
			out := filepath.Join(scratch(t), "dump")
			gstreamer(t, "rtspsrc", "location="+url("rtsps", name), "tls-validation-flags=0", "!", "rtpasfdepay", "!", "filesink", "location="+out)
			sameBytes(t, readFile(t, out), readReference(t, name).bytes())
		})
	})
	t.Run("VLC", func(t *testing.T) {
		trust := scratch(t)
		writeFile(t, filepath.Join(trust, "ca.pem"), readFile(t, certificate))
		parallel(t, names[1:], func(t *testing.T, name string) {
			sameBytes(t, vlcDump(t, url("https", name), "--gnutls-dir-trust="+trust), readFile(t, clip(t, name)))
		})
	})
}

// sClient is what OpenSSL finds out about a listener. It fails with a server that does
// not want what it offers.
func sClient(address string, args ...string) (string, error) {
	args = append([]string{"-s", "KILL", "20", "openssl", "s_client", "-connect", address}, args...)
	out, err := exec.Command("timeout", args...).CombinedOutput()
	return string(out), err
}

// What is offered, as OpenSSL sees it: versions, ciphers, ALPN and the certificate.
func TestTLSOffer(t *testing.T) {
	certificate, key := pair(t)
	usual := serveWith(t, tlsConfig(certificate, key, ""))
	old := serveWith(t, tlsConfig(certificate, key, ", old_clients: true"))
	const all = "ALL:@SECLEVEL=0"
	tests := []struct {
		name       string
		args       []string
		usual, old string // of what s_client prints; "": no connection
	}{
		{"1.3", []string{"-tls1_3"}, "New, TLSv1.3", "New, TLSv1.3"},
		{"1.2", []string{"-tls1_2"}, "New, TLSv1.2, Cipher is ECDHE-RSA-", "New, TLSv1.2, Cipher is ECDHE-RSA-"},
		{"1.1", []string{"-tls1_1", "-cipher", all}, "", "Protocol  : TLSv1.1"},
		{"1.0", []string{"-tls1", "-cipher", all}, "", "Protocol  : TLSv1\n"},
		{"RSA key exchange", []string{"-tls1_2", "-cipher", "kRSA"}, "", "Cipher is AES128-GCM-SHA256"},
		{"CBC of old", []string{"-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"}, "", "Cipher is AES128-SHA"},
		{"no encryption", []string{"-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"}, "", ""},
		{"no certificate", []string{"-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"}, "", ""},
		{"trust", []string{"-CAfile", certificate, "-verify_return_error", "-verify_hostname", "localhost"}, "Verify return code: 0 (ok)", "Verify return code: 0 (ok)"},
		{"another name", []string{"-CAfile", certificate, "-verify_return_error", "-verify_hostname", "other.example"}, "", ""},
		{"no renegotiation", []string{"-tls1_2"}, "Secure Renegotiation IS supported", "Secure Renegotiation IS supported"},
		{"no compression", []string{"-tls1_2"}, "Compression: NONE", "Compression: NONE"},
	}
	for _, tt := range tests {
		for s, want := range map[*server]string{&usual: tt.usual, &old: tt.old} {
			for _, address := range []string{s.https, s.rtsps} {
				out, err := sClient(address, tt.args...)
				if got := err == nil && !strings.Contains(out, "Cipher is (NONE)"); got != (want != "") || !strings.Contains(out, want) {
					t.Errorf("%s, old clients: %t: %v, want %q\n%s", tt.name, s == &old, err, want, tail(out))
				}
			}
		}
	}
	for protocols, want := range map[string]string{"h2,http/1.1": "ALPN protocol: http/1.1", "http/1.1": "ALPN protocol: http/1.1", "h2": ""} {
		out, err := sClient(usual.https, "-alpn", protocols)
		if (err == nil) != (want != "") || !strings.Contains(out, want) {
			t.Errorf("ALPN %s: %v, want %q\n%s", protocols, err, want, tail(out))
		}
	}
}

// Who ends a connection in the middle of a record, and who speaks of something else,
// takes nothing along.
func TestTLSAbuse(t *testing.T) {
	certificate, key := pair(t)
	s := serveWith(t, tlsConfig(certificate, key, ""), clip(t, ""))
	for _, hello := range []string{"", "\x16\x03\x01", "\x16\x03\x01\x40\x00\x01", "GET / HTTP/1.0\r\n\r\n", strings.Repeat("\xff", 70000), "\x15\x03\x01\x00\x02\x02\x28"} {
		for _, address := range []string{s.https, s.rtsps} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(c, hello)
			c.Close()
		}
	}
	began := time.Now() // the server takes note when it comes to it
	for _, label := range []string{`{class="not_tls",protocol="http"}`, `{class="not_tls",protocol="rtsp"}`} {
		for !strings.Contains(play(t, "curl", "-sS", "http://"+s.admin+"/metrics"), "caracal_tls_handshake_failures_total"+label) {
			if time.Since(began) > time.Minute {
				t.Fatalf("/metrics has no failures of %s", label)
			}
		}
	}
	sameBytes(t, []byte(play(t, "curl", "-sS", "--cacert", certificate, "https://"+s.https+"/"+plain)), readFile(t, clip(t, plain)))
}

// The command finds what is wrong with a pair of OpenSSL's.
func TestTLSConfigCheck(t *testing.T) {
	certificate, key := pair(t)
	_, other := pair(t)
	sign := func(name, days string) string {
		file := filepath.Join(scratch(t), "cert.pem")
		out, err := exec.Command("openssl", "req", "-x509", "-key", key, "-subj", "/CN=x", "-addext", "subjectAltName=DNS:"+name,
			"-days", days, "-out", file).CombinedOutput()
		if err != nil {
			t.Fatalf("openssl: %v\n%s", err, out)
		}
		return file
	}
	soon, foreign := sign("localhost", "1"), sign("x.example", "60")
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		certificate, key, want string
		fine                   bool
	}{
		{certificate, key, "no mistakes", true},
		{certificate, other, "the key is not that of the certificate", false},
		{key, certificate, "http.tls: ", false},
		{soon, key, "it expires soon", true},
		{foreign, key, "it is not for localhost, but for x.example", false},
		{"nothing.pem", key, "no such file", false},
	} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		writeFile(t, file, []byte("http: {public_host: localhost, tls: {address: ':0', certificate: "+tt.certificate+", key: "+tt.key+"}}\n"))
		out, err := exec.Command(binary, "config", "check", file).CombinedOutput()
		if !strings.Contains(string(out), tt.want) || (err == nil) != tt.fine {
			t.Errorf("%s: %v\n%s", tt.want, err, out)
		}
		if b, err := os.ReadFile(tt.key); err == nil && bytes.Contains(out, bytes.Split(b, []byte("\n"))[1]) {
			t.Error("it prints the key")
		}
	}
}
