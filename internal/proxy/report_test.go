package proxy

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/remote"
)

// legacyLine is the log of [MS-WMLOG] 3.1, with the three fields behind it.
const legacyLine = "0.0.0.0 2003-09-27 00:27:24 - http://10.194.20.175/mcast1200K 0 42 1 200 {3300AD50-2C39-46c0-AE0A-B4C904C7848E} " +
	"9.0.0.2980 en-US WMFSDK/9.0.0.2980_WMPlayer/9.0.0.3008 - wmplayer.exe 9.0.0.2980 Windows_XP 5.1.0.2600 Pentium 1801 268885194 1255347 " +
	"http TCP Windows_Media_Audio_9 Windows_Media_Video_9 - - 6321233 - 4496 0 0 0 0 0 0 1 0 100 - - - - " +
	"http://10.194.20.175/mcast1200K?WMBitrate=6000000 30MinTV_1200k_1s_1s_0Q.wmv -"

// rendered is what becomes of it: the order is that of 2.2.2, the dashes are those
// of 2.7.1, and the proxy's own fields those of 2.1.8, 2.1.43 and 2.1.45.
const rendered = "192.0.2.7 2003-09-27 00:27:24 - http://10.194.20.175/mcast1200K 0 42 1 200 {3300AD50-2C39-46c0-AE0A-B4C904C7848E} " +
	"9.0.0.2980 en-US WMFSDK/9.0.0.2980_WMPlayer/9.0.0.3008 - wmplayer.exe 9.0.0.2980 Windows_XP 5.1.0.2600 Pentium 1801 268885194 - " +
	"Cache - Windows_Media_Audio_9 Windows_Media_Video_9 - - 6321233 - - - - - - - - - - 100 198.51.100.1 - - - - - - " +
	"http://10.194.20.175/mcast1200K?WMBitrate=6000000 30MinTV_1200k_1s_1s_0Q.wmv - - 1"

var (
	playerAt = netip.MustParseAddr("192.0.2.7")
	proxyAt  = netip.MustParseAddr("198.51.100.1")
	logTime  = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

func summaryOf(t *testing.T, xml string) string {
	t.Helper()
	_, rest, _ := strings.Cut(xml, "<XML><Summary>")
	summary, _, ok := strings.Cut(rest, "</Summary>")
	if !ok {
		t.Fatalf("no summary in %s", xml)
	}
	return summary
}

func TestRenderingLog(t *testing.T) {
	forwarded := func(text string) string {
		l, ok := parseLog(text)
		if !ok {
			t.Fatalf("unreadable: %s", text)
		}
		l.forward(playerAt, proxyAt, "http://origin/a", logTime)
		return l.xml()
	}
	xml := forwarded(legacyLine)
	if got := summaryOf(t, xml); got != rendered {
		t.Errorf("got  %s\nwant %s", got, rendered)
	}
	for _, want := range []string{"<protocol>Cache</protocol><transport>-</transport>", "<c-ip>192.0.2.7</c-ip>", "<s-ip>198.51.100.1</s-ip>", "<c-bytes>6321233</c-bytes>"} {
		if !strings.Contains(xml, want) {
			t.Errorf("%s is not in %s", want, xml)
		}
	}

	// The same in XML, where the agent has spaces and what is no field stays.
	const more = "<ContentDescription><a>b &amp; c</a></ContentDescription>"
	xml = forwarded("<XML>\r\n<Summary>" + legacyLine + "</Summary>\r\n<cs-User-Agent>A B</cs-User-Agent><x-duration>43</x-duration>" + more + "</XML>")
	want := strings.NewReplacer("WMFSDK/9.0.0.2980_WMPlayer/9.0.0.3008", "A_B", " 0 42 1 200", " 0 43 1 200").Replace(rendered)
	if got := summaryOf(t, xml); got != want || !strings.Contains(xml, more) || !strings.Contains(xml, "<cs-User-Agent>A B</cs-User-Agent>") {
		t.Errorf("got  %s\nwant %s", xml, want)
	}

	// One that another proxy has forwarded keeps the player's address.
	again := strings.Replace(rendered, "198.51.100.1", "203.0.113.9", 1)
	l, _ := parseLog(again)
	l.forward(netip.MustParseAddr("203.0.113.10"), proxyAt, "http://origin/a", logTime)
	if got := summaryOf(t, l.xml()); got != rendered {
		t.Errorf("got  %s\nwant %s", got, rendered)
	}

	// What a player of MMS says, of which much is missing.
	xml = forwarded("cs(User-Agent)=NSPlayer/7.1\nx-duration=12\nc-starttime=3\naudiocodec=<&>\n")
	for _, want := range []string{"<date>2026-01-02</date><time>03:04:05</time>", "<c-starttime>3</c-starttime><x-duration>12</x-duration>",
		"<cs-User-Agent>NSPlayer/7.1</cs-User-Agent>", "<audiocodec>&lt;&amp;&gt;</audiocodec>", "<cs-url>http://origin/a</cs-url>"} {
		if !strings.Contains(xml, want) {
			t.Errorf("%s is not in %s", want, xml)
		}
	}
	for _, text := range []string{"", "a b c", "<XML>", "<XML></XML>", "<XML><Summary>a</Summary></XML>", "a\nb\n", strings.Repeat("a ", maxLog)} {
		if l, ok := parseLog(text); ok {
			t.Errorf("%.40q became %v", text, l)
		}
	}
}

func FuzzLog(f *testing.F) {
	f.Add(legacyLine)
	f.Add(rendered)
	f.Add("<XML><Summary>" + legacyLine + "</Summary><c-ip>0.0.0.0</c-ip><x><y>z</y></x></XML>")
	f.Add("x-duration=12\nc-starttime=3\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, ok := parseLog(text)
		if !ok {
			return
		}
		l.forward(playerAt, proxyAt, "http://origin/a", logTime)
		xml := l.xml()
		if n := len(strings.Split(summaryOf(t, xml), " ")); n != len(logFields) {
			t.Fatalf("%d fields in %s", n, xml)
		}
		if again, ok := parseLog(xml); !ok || again.fields["s-proxied"] != "1" {
			t.Fatalf("unreadable: %s", xml)
		}
	})
}

// Logs of rendering go to an origin that wants them, those of streaming do not;
// what is told of content that is opened is asked for too.
func TestReports(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 1)
		c.facts.Control.Events = []string{cachecontrol.RemoteLog, cachecontrol.RemoteOpen, cachecontrol.RemoteClose}
		o.add("b.wmv", 1).facts.Control.Events = nil
		r := newRig(t, o, nil)
		for _, name := range []string{"a.wmv", "b.wmv"} {
			e := r.open(name)
			r.plays(e, c)
			e.Close()
		}
		synctest.Wait()
		r.open("a.wmv").Close() // only described
		e := r.open("a.wmv")
		r.plays(e, c)
		e.Close()
		player := event.Player{Address: netip.AddrPortFrom(playerAt, 1), Agent: "NSPlayer/12", GUID: "{1}"}
		for _, x := range []struct {
			target string
			kind   event.LogKind
		}{
			{"/films/a.wmv", event.LogLegacy}, {"/films/a.wmv", event.LogRendering}, {"/films/a.wmv", event.LogStreaming}, {"/films/a.wmv", event.LogConnect},
			{"/films/b.wmv", event.LogLegacy}, {"/films/c.wmv", event.LogLegacy}, {"/filmsa.wmv", event.LogLegacy}, {"/other/a.wmv", event.LogLegacy},
		} {
			player.Target = x.target
			r.bus.Publish(event.LogReceived{Player: player, Kind: x.kind, Form: "xml", Text: legacyLine})
		}
		synctest.Wait()
		kinds := map[remote.Type]int{}
		for _, e := range o.told {
			kinds[e.Type]++
			if e.Type == remote.Log && (!strings.Contains(e.RenderingLog(), "<protocol>Cache</protocol>") || e.User.Get(remote.ItemUserAgent) != "NSPlayer/12" ||
				e.User.Get(remote.ItemUserGUID) != "{1}" || e.Command.Get(remote.ItemContextURL) != "http://origin/films/a.wmv") {
				t.Errorf("%+v", e)
			}
		}
		if kinds[remote.Log] != 2 || kinds[remote.Open] != 1 || kinds[remote.Close] != 1 || r.Status().LogsForwarded != 4 {
			t.Errorf("%v, %+v", kinds, r.Status())
		}
	})
}

// An origin that takes no logs holds up nobody; what is lost is counted, and said
// once in a while.
func TestReportsAreLost(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 1)
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		r.plays(e, c)
		e.Close()
		synctest.Wait()
		sub := r.bus.Subscribe(10)
		o.set(errDown)
		for range 5 {
			r.tells.tell("http://origin/films/a.wmv", &remote.Event{Type: remote.Open})
		}
		synctest.Wait()
		if s := r.Status(); s.LogsFailed != 5 || s.LogsForwarded != 0 || len(sub.C()) != 1 {
			t.Errorf("%+v, %d events", s, len(sub.C()))
		}
		o.mu.Lock() // it hangs
		for range maxReports + 100 {
			r.tells.tell("http://origin/films/a.wmv", &remote.Event{Type: remote.Open})
		}
		o.mu.Unlock()
		synctest.Wait()
		if s := r.Status(); s.LogsDropped < 90 || s.LogsDropped > 100 {
			t.Errorf("%+v", s)
		}
	})
}
