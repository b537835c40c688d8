package server

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/credential"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/wmsp"
)

// club is a guarded server that offers some schemes, and plays as fast as it can.
func club(t *testing.T, schemes ...string) *Server {
	t.Helper()
	cfg := guarded(t)
	cfg.Auth.Schemes = schemes
	cfg.MMS.Address, cfg.MMS.UDP = "127.0.0.1:0", true
	cfg.Points[1].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	return s
}

// clubURLs are those of the club's film, by every protocol that has words for a scheme;
// who is "user:password@", or "".
func clubURLs(s *Server, scheme, who string) []string {
	list := []string{
		"http://" + who + s.Addr().String(), "rtspt://" + who + s.RTSPAddr().String(),
	}
	if scheme != auth.Digest {
		list = append(list, "mmst://"+who+s.MMSAddr().String(), "mmsu://"+who+s.MMSAddr().String())
	}
	for i := range list {
		list[i] += "/club/film.wmv"
	}
	return list
}

// memberOf is the club's member as a Book has it.
func memberOf(t *testing.T, s *Server, password string) *credential.Book {
	t.Helper()
	host, _, _ := strings.Cut(s.Addr().String(), ":")
	b, err := credential.NewBook([]credential.Entry{{Origin: host, Login: credential.Login{User: "mufasa", Password: credential.Password(password)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// openOnce opens a stream and takes its first packet.
func openOnce(t *testing.T, p *source.Pull) error {
	t.Helper()
	s, _, err := p.Open(t.Context())
	if err != nil {
		return err
	}
	defer source.Leave(t.Context(), s)
	for e := (pull.Event{}); e.Kind != pull.GotPacket; {
		if e, err = s.Receive(); err != nil {
			return err
		}
	}
	return nil
}

// Our Clients log in at a server that asks by one scheme, over every protocol: with the
// URL's user and with that of a Book. A wrong password is sent once to all of them.
func TestClientsLogIn(t *testing.T) {
	for _, scheme := range []string{auth.Basic, auth.Digest, auth.NTLM} {
		s := club(t, scheme)
		who := url.UserPassword("mufasa", clubPassword).String() + "@"
		for _, u := range clubURLs(s, scheme, who) {
			if err := openOnce(t, &source.Pull{URL: u}); err != nil {
				t.Errorf("%s over %s: %v", scheme, source.Shown(u), err)
			}
		}
		right, wrong := memberOf(t, s, clubPassword), memberOf(t, s, "hakuna matata")
		for i, u := range clubURLs(s, scheme, "") {
			for _, tt := range []struct {
				book *credential.Book
				err  error
			}{{right, nil}, {wrong, credential.ErrRefused}, {wrong, credential.ErrHeld}} {
				if tt.err != nil && i > 0 {
					break // guesses are slowed down
				}
				err := openOnce(t, &source.Pull{URL: u, Credentials: tt.book})
				if !errors.Is(err, tt.err) || err != nil && strings.Contains(err.Error(), "hakuna") {
					t.Errorf("%s over %s: %v, want %v", scheme, u, err, tt.err)
				}
			}
		}
		shutdown(t, s)
	}
}

// In pipelined mode every request of a stream is proved.
func TestPipelinedClientLogsIn(t *testing.T) {
	for _, scheme := range []string{auth.Basic, auth.Digest, auth.NTLM} {
		s := club(t, scheme)
		c := &wmsp.Client{Pipelined: true, Credentials: memberOf(t, s, clubPassword)}
		stream, err := c.Play(t.Context(), "http://"+s.Addr().String()+"/club/film.wmv", wmsp.PlayOptions{})
		if err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		if !stream.Description().Pipelined() {
			t.Errorf("%s is not pipelined", scheme)
		}
		for e := (wmsp.StreamEvent{}); !e.HasPacket; {
			if e, err = stream.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.Log([]byte("<XML/>")); err != nil {
			t.Error(err)
		}
		if err := stream.Stop(); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		again, err := c.Play(t.Context(), "", wmsp.PlayOptions{After: stream.Description()})
		if err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		again.Close()
		shutdown(t, s)
	}
}

// A server that pulls from a guarded one, stands before it as a proxy and is led to it
// by a list has its login in the configuration.
func TestServerLogsInAtItsOrigin(t *testing.T) {
	origin := club(t, auth.NTLM, auth.Digest) // NTLM is not for what comes through a proxy
	secret := filepath.Join(t.TempDir(), "relay.secret")
	if err := os.WriteFile(secret, []byte(clubPassword+"\nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	from := origin.Addr().String()
	var points []config.Point
	for name, u := range map[string]string{
		"http": "http://" + from, "rtsp": "rtsp://" + origin.RTSPAddr().String(), "mms": "mmst://" + origin.MMSAddr().String(),
	} {
		pull := config.DefaultBroadcast()
		pull.Source = "pull:" + u + "/club/film.wmv"
		points = append(points, config.Point{Name: name, Broadcast: pull})
	}
	for name, u := range map[string]string{"edge": "http://" + from, "redge": "rtsp://" + origin.RTSPAddr().String()} {
		proxy := config.DefaultProxy()
		proxy.Origin = u + "/club"
		points = append(points, config.Point{Name: name, Broadcast: config.DefaultBroadcast(), Proxy: proxy})
	}
	dir := t.TempDir()
	points = append(points, config.Point{Name: "list", Path: write(t, dir, "list.wsx", wsxOf(`<media src="http://`+from+`/one.wmv"/>`))})
	cfg := testConfig(points...)
	cfg.Credentials = []config.Credential{{Origin: "127.0.0.1", User: "mufasa", PasswordFile: secret}}
	for i := range cfg.Points {
		cfg.Points[i].OnDemand.Speed = 0
	}
	s, log := start(t, cfg)
	for _, name := range []string{"edge/film.wmv", "redge/film.wmv", "list"} {
		if err := openOnce(t, &source.Pull{URL: "http://" + s.Addr().String() + "/" + name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"http", "rtsp", "mms"} {
		b, err := s.broadcast(name)
		if err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return b.fed.running.State().Packets > 0 })
	}
	if strings.Contains(log.String(), clubPassword) {
		t.Error("the password is in the log")
	}
}

// An encoder logs in by every scheme, as an account or with a point's key.
func TestPushLogsIn(t *testing.T) {
	for _, scheme := range []string{auth.Basic, auth.Digest, auth.NTLM} {
		for user, password := range map[string]string{"mufasa": clubPassword, "caracal": "the right key"} {
			if scheme == auth.NTLM && user == "caracal" {
				continue // a key has no account that NTLM could prove
			}
			cfg := guarded(t)
			live := config.DefaultBroadcast()
			live.Source, live.Key = "push", "the right key"
			cfg.Points = append(cfg.Points, config.Point{Name: "live", Broadcast: live})
			cfg.Points[3].Access.Publish = []string{"group:members", "key"}
			cfg.Auth.Schemes = []string{scheme}
			s, _ := start(t, cfg)
			u := url.URL{Scheme: "http", User: url.UserPassword(user, password), Host: s.Addr().String(), Path: "/live"}
			p, err := (&wmsp.PushClient{}).Setup(t.Context(), u.String())
			if err != nil {
				t.Fatalf("%s of %s: %v", scheme, user, err)
			}
			header, stream := sampleHeader(t)
			if err := p.Start(t.Context(), header); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				piece, err := stream.Next()
				if err != nil {
					t.Fatal(err)
				}
				if err := p.Send(piece.Packet); err != nil {
					t.Fatalf("%s of %s: %v", scheme, user, err)
				}
			}
			if err := p.End(); err != nil {
				t.Errorf("%s of %s: %v", scheme, user, err)
			}
			u.User = url.UserPassword(user, "hakuna matata")
			if _, err := (&wmsp.PushClient{}).Setup(t.Context(), u.String()); !errors.Is(err, credential.ErrRefused) || strings.Contains(err.Error(), "hakuna") {
				t.Errorf("%s of %s: %v", scheme, user, err)
			}
			shutdown(t, s)
		}
	}
}

// What cannot be read of credentials keeps the server from starting, in words.
func TestCredentialsThatCannotBeRead(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\nsecond line"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{empty, empty + ".not"} {
		cfg := testConfig()
		cfg.Credentials = []config.Credential{{Origin: "h", User: "u", PasswordFile: name}}
		_, err := CredentialsOf(cfg)
		if err == nil || !strings.Contains(err.Error(), name) || strings.HasSuffix(name, ".not") != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
