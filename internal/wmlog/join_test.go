package wmlog

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"caracal/internal/event"
)

// scene plays events to a joiner, a second after each other.
type scene struct {
	j       joiner
	now     time.Time
	entries []*entry
	sent    map[uint32][2]uint64 // packets and bytes of sessions that are there
}

var began = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func newScene() *scene {
	s := &scene{now: began, sent: map[uint32][2]uint64{}}
	opt := &Options{
		Server: "media.example",
		Place: func(target string) Place {
			return Place{Point: strings.Trim(target, "/"), Known: target != "/none", Server: true, Content: "/srv" + target}
		},
		Load: func() (int, int, bool) { return 3, 40, true },
		Sent: func(id uint32) (uint64, uint64, bool) { n, ok := s.sent[id]; return n[0], n[1], ok },
	}
	s.j = joiner{opt: opt, players: map[uint32]*player{}, write: func(e *entry) { s.entries = append(s.entries, e) }}
	return s
}

func (s *scene) take(events ...event.Event) {
	for _, e := range events {
		s.j.take(event.Record{Time: s.now, Event: e})
		s.now = s.now.Add(time.Second)
	}
}

func who(session uint32) event.Player {
	return event.Player{
		Session: session, Protocol: "http", Address: netip.MustParseAddrPort("192.0.2.7:1024"), Local: netip.MustParseAddrPort("198.51.100.1:80"),
		Agent: "NSPlayer/9.0.0.2980 WMFSDK/9.0", GUID: "{1}", Target: "/a film.wmv",
	}
}

// report is a log of a player that was shown so many seconds of an entry.
func report(session uint32, kind event.LogKind, seconds int, media string) event.LogReceived {
	words := strings.Fields("10.0.0.1 2001-01-01 00:00:00 my.name http://x/y.wmv 7 0 1 200" + strings.Repeat(" -", 38))
	words[6], words[45] = fmt.Sprint(seconds), media
	words[16] = "Windows_XP"
	return event.LogReceived{Player: who(session), Kind: kind, Form: "log-line", Text: strings.Join(words, " ")}
}

// lines are the entries as "about field=value ...".
func (s *scene) lines(fields ...Field) string {
	var all []string
	for _, e := range s.entries {
		line := e.about
		for _, f := range fields {
			line += " " + e.values[f]
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n")
}

func TestReportsAreJoined(t *testing.T) {
	stopped := func(bytes uint64) event.Event {
		return event.Stopped{Player: who(1), Packets: bytes / 100, Bytes: bytes, Elapsed: time.Minute, Late: 2, Reason: "end"}
	}
	gone := func(bytes uint64) event.Event {
		return event.Disconnected{Player: who(1), Packets: bytes / 100, Bytes: bytes, Elapsed: time.Minute}
	}
	playing := func(name string) event.Event {
		return event.Playing{Player: who(1), Rate: 1, Media: event.Media{Name: name}, Transport: "TCP"}
	}
	entry := func(name string) event.Event {
		return event.EntryBegan{Player: who(1), Media: event.Media{Name: name, Role: "AD"}}
	}
	sent := func(bytes uint64) func(*scene) {
		return func(s *scene) { s.sent[1] = [2]uint64{bytes / 100, bytes} }
	}
	legacy, streaming, rendering := event.LogLegacy, event.LogStreaming, event.LogRendering
	tests := []struct {
		name  string
		steps []any // events, and what happens between them
		want  string
	}{
		{"a report after the end", []any{playing(""), stopped(500), report(1, legacy, 42, "-"), gone(500)}, "play 200 42 500 5 "},
		{"a report before the end", []any{playing(""), report(1, legacy, 42, "-"), stopped(500), gone(500)}, "play 200 42 500 5 "},
		{"a report and no end", []any{playing(""), report(1, legacy, 42, "-"), gone(500)}, "play 200 42 500 5 "},
		{"no report", []any{playing("x"), stopped(500), gone(500)}, "unreported 408 1 500 5 x"},
		{"neither report nor end", []any{playing("x"), gone(500)}, "unreported 408 1 500 5 x"},
		{"nothing at all", []any{event.Connected{Player: who(1)}, gone(0)}, ""},
		{"only bytes", []any{event.Connected{Player: who(1)}, gone(300)}, "unreported 408 60 300 3 "},
		{"two Plays, reported each", []any{
			playing(""), stopped(500), report(1, streaming, 1, "-"), playing(""), stopped(300), report(1, streaming, 2, "-"), gone(800),
		}, "play 200 1 500 5 \nplay 200 2 300 3 "},
		{"two Plays, reported once", []any{playing(""), stopped(500), playing(""), stopped(300), report(1, legacy, 9, "-"), gone(800)},
			"unreported 408 1 500 5 \nplay 200 9 300 3 "},
		{"a list, reported entry by entry", []any{
			playing("a"), sent(500), entry("b"), report(1, streaming, 1, "a"), sent(900), stopped(900), report(1, streaming, 2, "b"), gone(900),
		}, "play 200 1 500 5 a\nplay 200 2 400 4 b"},
		{"a list, reported late", []any{
			playing("a"), sent(500), entry("b"), sent(900), stopped(900), report(1, streaming, 1, "a"), report(1, streaming, 2, "b"), gone(900),
		}, "play 200 1 500 5 a\nplay 200 2 400 4 b"},
		{"a list, not reported", []any{playing("a"), sent(500), entry("b"), sent(900), stopped(900), gone(900)},
			"unreported 408 1 500 5 a\nunreported 408 1 400 4 b"},
		{"the first entry is no other one", []any{playing("a"), sent(0), entry("b"), stopped(900), gone(900)}, "unreported 408 2 900 9 b"},
		{"two reports of what goes on", []any{
			playing("a"), report(1, legacy, 1, "-"), sent(500), report(1, legacy, 2, "-"), stopped(900), gone(900),
		}, "play 200 1 500 5 a\nplay 200 2 400 4 a"},
		{"a report that waits for long", []any{
			playing("a"), report(1, legacy, 1, "-"), sent(500), func(s *scene) { s.now = s.now.Add(holdReport); s.j.tick(s.now) }, stopped(900), gone(900),
		}, "play 200 1 500 5 a\nunreported 408 0 400 4 a"},
		{"a rendering log besides", []any{playing(""), stopped(500), report(1, rendering, 40, "-"), report(1, streaming, 3, "-"), gone(500)},
			"rendering 200 40   \nplay 200 3 500 5 "},
		{"a report too many", []any{playing(""), stopped(500), report(1, legacy, 1, "-"), report(1, legacy, 2, "-"), gone(500)},
			"play 200 1 500 5 \nreport 200 2   "},
		{"a connect-time log alone", []any{
			playing(""), event.LogReceived{Player: who(1), Kind: event.LogConnect, Text: "<XML><c-os>W</c-os></XML>"}, stopped(1), gone(1),
		}, "unreported 408 2 1 0 "},
		{"an unreadable log", []any{playing(""), stopped(500), event.LogReceived{Player: who(1), Text: "what"}, gone(500)},
			"bad-log     \nunreported 408 1 500 5 "},
		{"the storage fails", []any{playing(""), event.Stopped{Player: who(1), Err: errForm}, gone(0)}, "unreported 500 1 0 0 "},
		{"an end that nobody has heard of", []any{
			sent(100), playing(""), sent(500), func(s *scene) { delete(s.sent, 1); s.j.tick(s.now); s.j.tick(s.now) },
		}, "unreported 408 1 0 0 "},
		{"the server ends", []any{playing(""), sent(500), func(s *scene) { s.j.close(s.now) }}, "unreported 408 1 500 5 "},
		{"refused", []any{event.Refused{Player: who(0), Status: 404}}, "refused 404  0 0 "},
		{"refused over MMS", []any{event.Refused{Player: who(0), Status: 0x80070005}}, "refused 401  0 0 "},
		{"refused for a reason of its own", []any{event.Refused{Player: who(0), Status: 0xC00D001A}}, "refused 500  0 0 "},
		{"a player without a session", []any{event.Stopped{Player: who(0), Bytes: 700, Packets: 7, Elapsed: 90 * time.Second}}, "unreported 408 90 700 7 "},
		{"a log of a session that is over", []any{report(5, legacy, 4, "m")}, "report 200 4   m"},
	}
	for _, tt := range tests {
		s := newScene()
		for _, step := range tt.steps {
			switch step := step.(type) {
			case func(*scene):
				step(s)
			case event.Event:
				s.take(step)
			}
		}
		if got := s.lines(Status, Duration, ServerBytes, PacketsSent, MediaName); got != tt.want {
			t.Errorf("%s: the log is\n%s\nwant\n%s", tt.name, got, tt.want)
		}
		if len(s.j.players) > 0 {
			t.Errorf("%s: %d players are remembered", tt.name, len(s.j.players))
		}
	}
}

// Each field of the line of a player that has said all, or nothing.
func TestWhoSaysWhat(t *testing.T) {
	s := newScene()
	said := report(1, event.LogLegacy, 42, "film")
	s.take(event.Playing{Player: who(1), Rate: 1, Transport: "TCP"}, event.Stopped{Player: who(1), Bytes: 9, Packets: 1}, said)
	s.take(event.Playing{Player: who(2), Rate: 5, Transport: "UDP"}, event.LogReceived{
		Player: who(2), Kind: event.LogConnect, Form: "connect",
		Text: "<XML><Summary/><c-dns>-</c-dns><c-ip>0.0.0.0</c-ip><c-os>Windows</c-os><c-osversion>6.0</c-osversion><c-cpu>Pentium</c-cpu><transport>TCP</transport></XML>",
	}, event.Disconnected{Player: who(2), Bytes: 9, Packets: 1})
	opt := *s.j.opt
	want := []string{
		"192.0.2.7 - - - /a%20film.wmv 7 42 1 200 {1} 9.0.0.2980 - NSPlayer/9.0.0.2980_WMFSDK/9.0 - - - Windows_XP - - - - - http TCP" +
			" - - - 9 - 1 - - - - - - - - - - 198.51.100.1 media.example 3 40 - 1 /srv/a%20film.wmv http://198.51.100.1/a%20film.wmv film - - 0",
		"192.0.2.7 - - - /a%20film.wmv - 2 5 408 {1} 9.0.0.2980 - NSPlayer/9.0.0.2980_WMFSDK/9.0 - - - Windows 6.0 Pentium - - - http TCP" +
			" - - - 9 0 1 0 - 0 0 - - - - - - 198.51.100.1 media.example 3 40 - 2 /srv/a%20film.wmv http://198.51.100.1/a%20film.wmv - - - 0",
	}
	for i, w := range want {
		if got := string(opt.appendW3C(nil, s.entries[i])); got != w+"\n" {
			t.Errorf("line %d is\n%s\nwant\n%s", i, got, w)
		}
	}
}

// A proxy hands on whose log it is; who claims to be one shows where it is.
func TestForwardedLogs(t *testing.T) {
	words := strings.Fields("203.0.113.9 2026-03-14 15:09:26 - http://o/a.wmv 0 42 1 200" + strings.Repeat(" -", 43))
	words[12], words[22], words[40], words[41], words[42], words[43], words[51] = "_via_HTTP/1.0_P/1", "Cache", "10.9.9.9", "edge", "201", "12", "1"
	e := event.LogReceived{Player: who(0), Kind: event.LogRendering, Form: "remote", Text: strings.Join(words, " "), GUID: "{7}"}
	s := newScene()
	s.take(e)
	got := s.lines(ClientIP, ServerIP, ServerDNS, TotalClients, CPUUtil, Proxied, UserAgent, Protocol, PlayerID, ServerBytes)
	if want := "rendering 203.0.113.9 192.0.2.7 edge 201 12 1 _via_HTTP/1.0_P/1 Cache {7} "; got != want {
		t.Errorf("the line has\n%s\nwant\n%s", got, want)
	}
	words[0] = "0.0.0.0"
	e.Text = strings.Join(words, " ")
	s = newScene()
	s.take(e)
	if got := s.lines(ClientIP, ServerIP, Proxied); got != "rendering 192.0.2.7 192.0.2.7 1" {
		t.Errorf("of a player without an address: %s", got)
	}
}

func TestMulticastLogs(t *testing.T) {
	s := newScene()
	e := report(0, event.LogLegacy, 39, "-")
	e.Player = event.Player{Protocol: "msb", Address: netip.MustParseAddrPort("[2001:db8::7]:1"), Target: "/heard"}
	e.Text = strings.Replace(e.Text, strings.Repeat(" -", 6), " 1 2 3 - - asfm", 1)
	s.take(e)
	if got := s.lines(ClientIP, URIStem, Duration, Protocol, Status, ServerBytes, URL); got != "report 2001:db8::7 /heard 39 asfm 200  " {
		t.Errorf("the line has %s", got)
	}
}

// What is remembered has bounds.
func TestJoinerIsBounded(t *testing.T) {
	s := newScene()
	for range maxWaiting + 3 {
		s.take(event.Playing{Player: who(1), Rate: 1}, event.Stopped{Player: who(1), Bytes: 1})
	}
	if n := len(s.j.players[1].done); n != maxWaiting || len(s.entries) != 3 {
		t.Errorf("%d parts wait, %d are written", n, len(s.entries))
	}
	for id := uint32(2); len(s.j.players) < maxPlayers; id++ {
		s.j.players[id] = &player{}
	}
	s.entries = nil
	s.take(event.Connected{Player: who(maxPlayers + 9)}, event.Stopped{Player: who(maxPlayers + 9), Bytes: 1})
	if len(s.j.players) != maxPlayers || len(s.entries) != 1 {
		t.Errorf("%d players are remembered, %d lines", len(s.j.players), len(s.entries))
	}
}

// The server's own word for who a player is counts, and no player's.
func TestUserNameIsTheAccount(t *testing.T) {
	named := func(account string) event.Player { p := who(1); p.Account = account; return p }
	for account, want := range map[string]string{"": "play ", "mufasa": "play mufasa", "The King": "play The_King"} {
		s := newScene()
		s.take(event.Playing{Player: named(account), Rate: 1}, report(1, event.LogLegacy, 42, "-"),
			event.Stopped{Player: named(account), Packets: 5, Bytes: 500}, event.Disconnected{Player: named(account), Packets: 5, Bytes: 500})
		if got := s.lines(UserName); got != want {
			t.Errorf("%q: %q, want %q", account, got, want)
		}
	}
}
