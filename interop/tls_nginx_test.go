package interop

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nginx runs it with TLS in front of a server, as docs/tls.md has it, and returns its
// address.
func nginx(t *testing.T, certificate, key, to string) string {
	t.Helper()
	dir := scratch(t)
	// It cannot listen on any port that is free: an address that nobody else has.
	address := fmt.Sprintf("127.%d.%d.%d:8443", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	file := filepath.Join(dir, "nginx.conf")
	writeFile(t, file, fmt.Appendf(nil, `daemon off; worker_processes 1; pid %[1]s/pid; error_log %[1]s/log;
events {}
http {
    access_log off;
    client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
    server {
        listen %[2]s ssl;
        ssl_certificate %[3]s;
        ssl_certificate_key %[4]s;
        location / {
            proxy_pass http://%[5]s;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_read_timeout 1h;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
}
`, dir, address, certificate, key, to))
	cmd := exec.Command("/usr/sbin/nginx", "-p", dir, "-c", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("nginx: %v\n%s", err, tail(string(readFile(t, filepath.Join(dir, "log")))))
		}
	})
	return address
}

// Behind nginx, which is trusted, players are who they are and get URLs over TLS; what
// they say themselves of whom they ask for is worth nothing.
func TestTLSBehindNginx(t *testing.T) {
	certificate, key := pair(t)
	s := serve(t, fast+"trusted_proxies: [127.0.0.1]\naccess: {deny: [203.0.113.0/24]}\n", clip(t, ""))
	address := nginx(t, certificate, key, s.address)
	const front = "https://localhost:8443"
	curl := func(args ...string) string {
		return play(t, "curl", append([]string{"-sS", "--cacert", certificate, "--connect-to", "localhost:8443:" + address, "--retry", "20", "--retry-connrefused", "--retry-delay", "1"}, args...)...)
	}
	if m3u := curl("-A", "Kodi/20", front+"/"+plain+".m3u"); !strings.Contains(m3u, front+"/"+plain) {
		t.Errorf("the announcement names another address:\n%s", m3u)
	}
	sameBytes(t, []byte(curl("-H", "X-Forwarded-For: 203.0.113.7", "-H", "Forwarded: for=203.0.113.7", front+"/"+plain)), readFile(t, clip(t, plain)))
	if text := play(t, "curl", "-sS", "-H", "X-Forwarded-For: 203.0.113.7", s.url("http", plain)); !strings.Contains(text, "Access is denied") {
		t.Errorf("who is denied got %d bytes from a proxy that is trusted", len(text))
	}
}
