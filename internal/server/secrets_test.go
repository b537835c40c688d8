package server

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/config"
	"caracal/internal/oplog"
	"caracal/internal/redact"
)

// A vault is a server in whose configuration everything is secret that may be.
type vault struct {
	*eavesdropper
	t      *testing.T
	server *Server
	cfg    *config.Config
	log    lockedBuffer
	house  *kdctest.House
	told   string // file that a hook writes
	from   int    // the last address that a wrong password came from
}

// openVault starts the server; logs are in both of the formats.
func openVault(t *testing.T, log, access string) *vault {
	v := &vault{eavesdropper: newEavesdropper(), t: t, house: kdctest.NewHouse(t, kerberos.AES256SHA1), told: filepath.Join(t.TempDir(), "told"), from: 9}
	v.cfg = ticketed(t, v.house.Keytab)
	heard := httptest.NewServer(v)
	t.Cleanup(heard.Close)
	v.hidePoints(heard.URL)
	v.hideHooks(heard.URL)
	v.cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	v.cfg.Access.Admin = []string{"local", "group:members"}
	v.cfg.State = filepath.Join(t.TempDir(), "state.json")
	v.cfg.Log.Access.Folder, v.cfg.Log.Access.Format = filepath.Join(t.TempDir(), "logs"), access
	v.hideKept()
	var err error
	if v.server, err = New(v.cfg, oplog.New(&v.log, "debug", log)); err != nil {
		t.Fatal(err)
	}
	if err := v.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v
}

// hidePoints makes points of all kinds that have a secret; a program decides about one.
func (v *vault) hidePoints(program string) {
	push, pull, cast := config.DefaultBroadcast(), config.DefaultBroadcast(), config.DefaultBroadcast()
	push.Source, push.Key = "push", v.word("the key of a point")
	pull.Source = "pull:http://ada:" + v.word("the password of a source") + "@127.0.0.1:1/live"
	cast.Source, cast.Multicast.Group, cast.Multicast.Port, cast.Multicast.Interface = "push", "239.255.77.8", freePort(v.t), "127.0.0.1"
	proxy := config.DefaultProxy()
	proxy.Origin = "http://ada:" + v.word("the password of an origin") + "@127.0.0.1:1/films"
	asked := config.Point{Name: "asked", Path: v.cfg.Points[0].Path}
	asked.Access.Ask = config.Ask{URL: program + "/may", Token: v.word("the token of a program")}
	v.cfg.Points = append(v.cfg.Points, config.Point{Name: "live", Broadcast: push}, config.Point{Name: "far", Broadcast: pull},
		config.Point{Name: "origin", Proxy: proxy}, config.Point{Name: "news", Broadcast: cast}, asked)
	for i := range v.cfg.Points {
		v.cfg.Points[i].OnDemand = v.cfg.OnDemand
	}
}

// hideHooks makes one that is told, one that cannot be, and a program.
func (v *vault) hideHooks(told string) {
	good, bad, run := testHook("good"), testHook("bad"), testHook("run")
	good.URL = strings.Replace(told, "://", "://ada:"+v.word("the password of a hook")+"@", 1) + "/hook"
	good.Secret = v.word("the secret of a hook")
	bad.URL, bad.Retries = "http://ada:"+v.word("the password of a bad hook")+"@127.0.0.1:1/hook?token="+v.word("the token of a hook"), 0
	run.On = []string{"auth_failed", "refused", "log_received"}
	run.Command = []string{"/bin/sh", "-c", `env | grep ^CARACAL_ >> "$0"`, v.told}
	v.cfg.Hooks = []config.Hook{good, bad, run}
}

// hideKept hides what is kept of the accounts, and the key of the service.
func (v *vault) hideKept() {
	v.hide("what is kept of an account", secretsOf(v.t, v.cfg, "mufasa")...)
	keytab, err := kerberos.OpenKeytab(v.house.Keytab)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, e := range keytab.Entries() {
		v.hide("the key of the service", string(e.Key.Value), hex.EncodeToString(e.Key.Value))
	}
}

// walks asks for every page, and for all that the admin API tells.
func (v *vault) walks() {
	for _, page := range []string{"/", "/.caracal/status", "/club.asx", "/open.asx", "/news.asx", "/open/film.wmv.asx"} {
		v.hear("the page "+page, ask(v.t, v.server, "GET", page, "Accept: text/html").body)
	}
	for _, page := range []string{"/", "/metrics", "/readyz", "/healthz", "/debug/pprof/cmdline", "/debug/pprof/goroutine?debug=2", "/api/log?limit=1000", "/api/configuration?limit=1000"} {
		_, body, _ := askAdmin(v.t, v.server, "GET", page)
		v.hear("admin "+page, body)
	}
	var document struct{ Paths map[string]map[string]any }
	_, body, _ := askAdmin(v.t, v.server, "GET", "/api/openapi.json")
	if err := json.Unmarshal([]byte(body), &document); err != nil || len(document.Paths) < 20 {
		v.t.Fatal(err, len(document.Paths))
	}
	for path, methods := range document.Paths {
		if methods["get"] == nil || path == "/api/events" || path == "/api/log/stream" {
			continue
		}
		for _, name := range []string{"live", "far", "origin", "news", "asked", "made", "pulled", "open"} {
			filled := strings.NewReplacer("{point}", name, "{account}", "mufasa", "{id}", "1").Replace(path)
			v.says("GET", filled, "application/json", "", 0)
			if filled == path {
				break
			}
		}
	}
}

// follows hears a stream of the admin API until the end.
func (v *vault) follows(path string) (wait func()) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.server.AdminAddr().String()+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer a.Body.Close()
		for b := make([]byte, 64<<10); ; {
			n, err := a.Body.Read(b)
			v.hear("the stream "+path, string(b[:n]))
			if err != nil {
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// ends shuts the server down and reads all files that it has written.
func (v *vault) ends() {
	shutdown(v.t, v.server)
	v.hear("the log", v.log.String())
	for where, root := range map[string]string{"the access log": v.cfg.Log.Access.Folder, "the state file": v.cfg.State, "a program": v.told} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			v.hear(where, string(b))
			return err
		})
		if err != nil {
			v.t.Error(err)
		}
	}
	if info, err := os.Stat(v.cfg.State); err != nil || info.Mode().Perm()&0o077 != 0 {
		v.t.Errorf("others may read the state file: %v %v", info, err)
	}
	for _, name := range []string{"caracal.db", "caracal.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(v.cfg.Data, name)); err == nil {
			v.hear("the file of the accounts", string(b))
		}
	}
}

// What is secret in the configuration, in what peers send and in what is kept is in
// nothing that the server says or writes.
func TestNoSecretLeaks(t *testing.T) {
	for log, access := range map[string]string{"text": config.LogW3C, "json": config.LogJSON} {
		t.Run(log, func(t *testing.T) {
			v := openVault(t, log, access)
			events, tail := v.follows("/api/events"), v.follows("/api/log/stream")
			v.logsIn()
			v.asks()
			leave := v.plays()
			v.orders()
			until(t, func() bool {
				counts := v.server.hooks.Counts()
				return counts[0].Told > 5 && counts[1].Failed > 5 && counts[2].Told > 5 && strings.Contains(v.log.String(), "source has ended")
			})
			v.walks()
			leave()
			events()
			tail()
			v.ends()
			v.check(t, map[string]string{
				"the log": "auth failed", "the access log": redact.Mark, "the state file": "pulled", "the file of the accounts": "SQLite format",
				"a program": "CARACAL_EVENT=auth_failed", "posted to /hook": "auth_failed", "posted to /may": "film.wmv",
				"the stream /api/events": "auth_failed", "the stream /api/log/stream": "auth failed", "admin /api/log?limit=1000": "auth failed",
				"admin /metrics": "caracal_auth_failures_total", "admin /api/configuration?limit=1000": "broadcast.key", "GET /api/points/made": "push",
				"GET /api/configuration/points.yaml": "made", "GET /api/players": "ada:" + redact.Mark, "the page /.caracal/status": "ada:" + redact.Mark,
			})
		})
	}
}
