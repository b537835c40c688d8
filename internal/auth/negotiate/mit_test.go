package negotiate

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
)

// buildPeer compiles a program that drives MIT's library.
func buildPeer(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gsspeer")
	out, err := exec.CommandContext(t.Context(), "cc", "-Wall", "-Werror", "-o", binary, "testdata/gsspeer.c", "-lgssapi_krb5").CombinedOutput()
	if err != nil {
		t.Fatalf("cc: %v\n%s", err, out)
	}
	return binary
}

// A peer is that program while it runs.
type peer struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Reader
}

func startPeer(t *testing.T, env []string, binary string, args ...string) *peer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = env
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	return &peer{t, in, bufio.NewReader(out)}
}

func (p *peer) line() string {
	p.t.Helper()
	s, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatal(s, err)
	}
	return strings.TrimSpace(s)
}

func (p *peer) token() []byte {
	p.t.Helper()
	s := p.line()
	if s == "-" {
		return nil
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		p.t.Fatal(s)
	}
	return b
}

func (p *peer) say(words ...any) {
	p.t.Helper()
	var text []string
	for _, w := range words {
		b, bin := w.([]byte)
		switch {
		case bin && len(b) == 0:
			text = append(text, "-")
		case bin:
			text = append(text, hex.EncodeToString(b))
		default:
			text = append(text, fmt.Sprint(w))
		}
	}
	if _, err := io.WriteString(p.in, strings.Join(text, " ")+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) ask(words ...any) []byte {
	p.t.Helper()
	p.say(words...)
	return p.token()
}

// talk exchanges messages of both kinds both ways.
func talk(t *testing.T, p *peer, s *kerberos.Security) {
	t.Helper()
	for n := range 3 {
		message := bytes.Repeat([]byte{byte(n + 1)}, 1+30*n)
		if err := s.VerifyMIC(message, p.ask("mic", message)); err != nil {
			t.Fatalf("MIC %d: %v", n, err)
		}
		mic, err := s.MIC(message)
		if err != nil {
			t.Fatal(err)
		}
		p.ask("verify", message, mic)
		for verb, seal := range map[string]bool{"wrap": false, "seal": true} {
			got, sealed, err := s.Unwrap(p.ask(verb, message))
			if err != nil || sealed != seal || !bytes.Equal(got, message) {
				t.Fatalf("%s %d: %x, %v, %v", verb, n, got, sealed, err)
			}
			token, err := s.Wrap(message, seal)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.ask("unwrap", token); !bytes.Equal(got, message) {
				t.Fatalf("%s %d, ours: %x", verb, n, got)
			}
		}
	}
}

// MIT's library as the client, with tickets of MIT's KDC.
func TestMITInitiator(t *testing.T) {
	k, binary := kdctest.Start(t), buildPeer(t)
	s := service(t, k.File("http.keytab"))
	for etype, host := range kdctest.Services {
		for _, mech := range []string{"krb5", "spnego"} {
			for _, flags := range []int{62, 60} { // with mutual authentication and without
				t.Run(fmt.Sprint(etype, mech, flags), func(t *testing.T) {
					p := startPeer(t, k.Env, binary, "init", "HTTP@"+host, mech, fmt.Sprint(flags))
					a := newAcceptor(t, Options{Kerberos: s, NTLM: accounts()})
					for done := false; !done; {
						var reply []byte
						var err error
						if reply, done, err = a.Step(t.Context(), p.token()); err != nil {
							t.Fatal(err)
						}
						if len(reply) > 0 {
							p.say(reply)
						}
					}
					if said := p.line(); !strings.HasPrefix(said, "done ") {
						t.Fatal(said)
					}
					id := a.Kerberos().Identity()
					if id.Account != "alice" || id.Type.String() != etype || id.Service.Name() != "HTTP/"+host || a.NTLM() != nil {
						t.Errorf("%+v", id)
					}
					talk(t, p, a.Kerberos().Security())
				})
			}
		}
	}
}
