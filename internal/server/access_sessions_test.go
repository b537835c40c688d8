package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/fronttest"
	"caracal/internal/session"
)

// streamAs begins to play over HTTP as a player does, in an account's name, and returns
// the status. The stream goes on until the test ends.
func streamAs(t *testing.T, s *Server, name, account string) int {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(c, "GET /%s HTTP/1.1\r\nHost: h\r\nUser-Agent: %s\r\nPragma: xPlayStrm=1\r\nAuthorization: %s\r\n\r\n",
		name, streamer, fronttest.BasicOf(account, clubPassword))
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode
}

// accountsOf are the accounts of the sessions that there are.
func accountsOf(s *Server) (list []string) {
	for _, x := range s.sessions.All() {
		list = append(list, x.Snapshot().Account)
	}
	return list
}

// Who plays counts for its account, and is refused when that has its share.
func TestLimitOfAnAccount(t *testing.T) {
	cfg := guarded(t)
	cfg.Limits.Account = config.PlayerLimits{Players: 1}
	s, _ := start(t, cfg)
	for i, want := range []int{200, 503} {
		if got := streamAs(t, s, "club/film.wmv", "mufasa"); got != want {
			t.Errorf("player %d: %d, want %d", i, got, want)
		}
	}
	if got := accountsOf(s); len(got) != 1 || got[0] != "mufasa" {
		t.Errorf("the sessions are of %q", got)
	}
	status, body := curl(t, "http://"+s.AdminAddr().String()+"/api/players")
	if status != "200" || !strings.Contains(body, `"mufasa"`) {
		t.Errorf("the API says %s %s", status, body)
	}
}

// Whose account is removed is sent away; others, and nobody, stay.
func TestRevokedAccountsAreSentAway(t *testing.T) {
	s, log := start(t, guarded(t))
	for _, account := range []string{"mufasa", "scar"} {
		name := map[string]string{"mufasa": "club/film.wmv", "scar": "open/film.wmv"}[account]
		if got := streamAs(t, s, name, account); got != 200 {
			t.Fatalf("%s: %d", account, got)
		}
	}
	s.endRevoked(t.Context())
	if got := accountsOf(s); len(got) != 2 {
		t.Fatalf("the sessions are of %q", got)
	}
	if err := s.access.Accounts.Remove(t.Context(), "mufasa"); err != nil {
		t.Fatal(err)
	}
	s.endRevoked(t.Context())
	until(t, func() bool { return len(accountsOf(s)) == 1 })
	if got := accountsOf(s); len(got) != 1 || got[0] != "" { // what is open asks nobody who he is
		t.Errorf("the sessions are of %q", got)
	}
	if !strings.Contains(log.String(), session.ErrRevoked.Error()) {
		t.Error("the log does not say why")
	}
}

// A program that gets a broadcast as a file is one of its account's players.
func TestAccountOfADownload(t *testing.T) {
	cfg := guarded(t)
	b := config.DefaultBroadcast()
	b.Source = config.SourcePush
	cfg.Points = append(cfg.Points, config.Point{Name: "live", Broadcast: b, Access: config.Access{Play: []string{"accounts"}}})
	s, _ := start(t, cfg)
	url := "http://" + s.Addr().String() + "/live"
	e := push(t, url)
	defer e.w.Close()
	e.send(e.packets[:10*e.size])
	resp := untilLive(t, withUser(url, "scar"))
	if _, err := io.ReadFull(resp.Body, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	for _, x := range s.sessions.All() {
		if x.Player.Protocol == plainProtocol && x.Who().Account != "scar" {
			t.Errorf("the download is of %q", x.Who().Account)
		}
	}
	if got := strings.Join(accountsOf(s), " "); !strings.Contains(got, "scar") {
		t.Errorf("the sessions are of %q", got)
	}
}
