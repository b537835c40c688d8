package negotiate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const realm = "CARACAL.TEST"

// A kdc is MIT's, on this machine, for one test.
type kdc struct {
	dir string
	env []string // for programs that are to use it, with alice's ticket
}

// services has one for each type of encryption, and "localhost" with all.
var services = map[string]string{
	"aes128-cts-hmac-sha1-96":    "t17.example.com",
	"aes256-cts-hmac-sha1-96":    "t18.example.com",
	"aes128-cts-hmac-sha256-128": "t19.example.com",
	"aes256-cts-hmac-sha384-192": "t20.example.com",
	"arcfour-hmac":               "t23.example.com",
}

func startKDC(t *testing.T) *kdc {
	t.Helper()
	k := &kdc{dir: t.TempDir()}
	k.env = append(os.Environ(), "KRB5_CONFIG="+k.file("krb5.conf"), "KRB5_KDC_PROFILE="+k.file("kdc.conf"),
		"KRB5CCNAME=FILE:"+k.file("ccache"), "KRB5RCACHENAME=none:", "LC_ALL=C")
	k.configure(t, 0)
	k.run(t, "", "kdb5_util", "create", "-s", "-r", realm, "-P", "master")
	k.run(t, "", "kadmin.local", "-q", "addprinc -pw wonderland alice")
	for types, host := range services {
		k.addService(t, host, "-e "+types+":normal")
		k.run(t, "", "kadmin.local", "-q", "setstr HTTP/"+host+" session_enctypes "+types)
	}
	k.addService(t, "localhost", "")
	if err := k.serve(t); err != nil {
		t.Fatal(err)
	}
	k.run(t, "wonderland\n", "kinit", "alice")
	return k
}

func (k *kdc) addService(t *testing.T, host, types string) {
	t.Helper()
	k.run(t, "", "kadmin.local", "-q", "addprinc -randkey "+types+" HTTP/"+host)
	k.run(t, "", "kadmin.local", "-q", "ktadd -norandkey -k "+k.file("http.keytab")+" HTTP/"+host)
}

func (k *kdc) file(name string) string { return filepath.Join(k.dir, name) }

func (k *kdc) configure(t *testing.T, port int) {
	t.Helper()
	for name, text := range map[string]string{
		"krb5.conf": fmt.Sprintf(`[libdefaults]
default_realm = %[1]s
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
allow_weak_crypto = true
allow_rc4 = true
permitted_enctypes = aes256-cts aes128-cts aes256-sha2 aes128-sha2 rc4
[realms]
%[1]s = {
kdc = 127.0.0.1:%[2]d
}
[domain_realm]
.example.com = %[1]s
localhost = %[1]s
[logging]
kdc = STDERR
`, realm, port),
		"kdc.conf": fmt.Sprintf(`[realms]
%[1]s = {
database_name = %[2]s/principal
key_stash_file = %[2]s/stash
kdc_listen = 127.0.0.1:%[3]d
kdc_tcp_listen = 127.0.0.1:%[3]d
supported_enctypes = aes256-cts:normal aes128-cts:normal aes256-sha2:normal aes128-sha2:normal rc4:normal
}
`, realm, k.dir, port),
	} {
		if err := os.WriteFile(k.file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (k *kdc) run(t *testing.T, input, name string, args ...string) string {
	t.Helper()
	cmd := k.command(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// command also finds what Debian keeps for the administrator.
func (k *kdc) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath("/usr/sbin/" + name); err == nil {
		name = path
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = k.env
	return cmd
}

// serve starts the KDC on a port that is free, and tries another one if somebody
// else was faster.
func (k *kdc) serve(t *testing.T) error {
	var all error
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		k.configure(t, l.Addr().(*net.TCPAddr).Port)
		l.Close()
		if err = k.begin(t); err == nil {
			return nil
		}
		all = errors.Join(all, err)
	}
	return all
}

func (k *kdc) begin(t *testing.T) error {
	cmd := k.command(context.WithoutCancel(t.Context()), "krb5kdc", "-n", "-P", k.file("pid"))
	logs, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var said strings.Builder
	lines := bufio.NewScanner(logs)
	for lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), "commencing operation") {
			drained := make(chan struct{})
			go func() {
				defer close(drained)
				for lines.Scan() {
				}
			}()
			t.Cleanup(func() {
				_ = cmd.Process.Kill()
				<-drained
				_ = cmd.Wait()
			})
			return nil
		}
	}
	return fmt.Errorf("krb5kdc: %w\n%s", cmd.Wait(), said.String())
}
