// Package kdctest gives tests tickets of Kerberos: those of MIT's KDC on this machine,
// and those that a House makes of the keys of a service.
package kdctest

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

// Realm is that of all tickets unless a test says another one.
const Realm = "CARACAL.TEST"

// A KDC is MIT's, on this machine, for one test.
type KDC struct {
	Env []string // for programs that are to use it, with alice's ticket
	dir string
}

// Services has the host of one for each type of encryption.
var Services = map[string]string{
	"aes128-cts-hmac-sha1-96":    "t17.example.com",
	"aes256-cts-hmac-sha1-96":    "t18.example.com",
	"aes128-cts-hmac-sha256-128": "t19.example.com",
	"aes256-cts-hmac-sha384-192": "t20.example.com",
	"arcfour-hmac":               "t23.example.com",
}

// Start starts a KDC with the Services and one of "localhost", whose keys are in the
// file http.keytab, and logs alice in, whose password is "wonderland".
func Start(t *testing.T) *KDC {
	t.Helper()
	k := &KDC{dir: t.TempDir()}
	k.Env = append(os.Environ(), "KRB5_CONFIG="+k.File("krb5.conf"), "KRB5_KDC_PROFILE="+k.File("kdc.conf"),
		"KRB5CCNAME=FILE:"+k.File("ccache"), "KRB5RCACHENAME=none:", "LC_ALL=C")
	k.configure(t, 0)
	k.Run(t, "", "kdb5_util", "create", "-s", "-r", Realm, "-P", "master")
	k.Run(t, "", "kadmin.local", "-q", "addprinc -pw wonderland alice")
	for types, host := range Services {
		k.addService(t, host, "-e "+types+":normal")
		k.Run(t, "", "kadmin.local", "-q", "setstr HTTP/"+host+" session_enctypes "+types)
	}
	k.addService(t, "localhost", "")
	if err := k.serve(t); err != nil {
		t.Fatal(err)
	}
	k.Run(t, "wonderland\n", "kinit", "alice")
	return k
}

func (k *KDC) addService(t *testing.T, host, types string) {
	t.Helper()
	k.Run(t, "", "kadmin.local", "-q", "addprinc -randkey "+types+" HTTP/"+host)
	k.Run(t, "", "kadmin.local", "-q", "ktadd -norandkey -k "+k.File("http.keytab")+" HTTP/"+host)
}

// File is the name of a file of the KDC.
func (k *KDC) File(name string) string { return filepath.Join(k.dir, name) }

func (k *KDC) configure(t *testing.T, port int) {
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
`, Realm, port),
		"kdc.conf": fmt.Sprintf(`[realms]
%[1]s = {
database_name = %[2]s/principal
key_stash_file = %[2]s/stash
kdc_listen = 127.0.0.1:%[3]d
kdc_tcp_listen = 127.0.0.1:%[3]d
supported_enctypes = aes256-cts:normal aes128-cts:normal aes256-sha2:normal aes128-sha2:normal rc4:normal
}
`, Realm, k.dir, port),
	} {
		if err := os.WriteFile(k.File(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Run runs a program that is to use the KDC.
func (k *KDC) Run(t *testing.T, input, name string, args ...string) string {
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
func (k *KDC) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath("/usr/sbin/" + name); err == nil {
		name = path
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = k.Env
	return cmd
}

// serve starts the KDC on a port that is free, and tries another one if somebody
// else was faster.
func (k *KDC) serve(t *testing.T) error {
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

func (k *KDC) begin(t *testing.T) error {
	cmd := k.command(context.WithoutCancel(t.Context()), "krb5kdc", "-n", "-P", k.File("pid"))
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
