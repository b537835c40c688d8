package wmlog

import (
	"strings"
	"testing"

	"caracal/internal/event"
	"caracal/internal/vector"
)

// known is a report as expect: lines have it.
func known(r *Report) map[string]string {
	got := map[string]string{"kind": r.Kind.String()}
	for f, v := range r.Values {
		got[Field(f).String()] = v
	}
	for _, it := range r.Items {
		got[it.Name] = it.Value
	}
	return got
}

// All examples of [MS-WMLOG] 3, each field of them.
func TestExamples(t *testing.T) {
	files := vector.Texts(t, "section3")
	if len(files) != 10 {
		t.Errorf("%d examples, want 10", len(files))
	}
	for _, f := range files {
		t.Run(f.Name, func(t *testing.T) {
			e := event.LogReceived{Text: f.Text, Kind: event.KindOfLog(f.Text), Form: "log-line"}
			if strings.Contains(f.Name, "connect-time") {
				e.Kind, e.Form = event.LogConnect, "connect"
			}
			r, err := Parse(&e)
			if err != nil {
				t.Fatal(err)
			}
			f.Check(t, known(r))
		})
	}
}

func TestFieldsStandInTheirOrder(t *testing.T) {
	const want = "c-ip date time c-dns cs-uri-stem c-starttime x-duration c-rate c-status c-playerid c-playerversion c-playerlanguage " +
		"cs(User-Agent) cs(Referer) c-hostexe c-hostexever c-os c-osversion c-cpu filelength filesize avgbandwidth protocol transport " +
		"audiocodec videocodec channelURL sc-bytes c-bytes s-pkts-sent c-pkts-received c-pkts-lost-client c-pkts-lost-net " +
		"c-pkts-lost-cont-net c-resendreqs c-pkts-recovered-ECC c-pkts-recovered-resent c-buffercount c-totalbuffertime c-quality " +
		"s-ip s-dns s-totalclients s-cpu-util cs-user-name s-session-id s-content-path cs-url cs-media-name c-max-bandwidth " +
		"cs-media-role s-proxied"
	var names []string
	for f := range fieldCount {
		names = append(names, f.String())
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the fields are\n%s\nwant\n%s", got, want)
	}
}

func TestReportsOfEveryForm(t *testing.T) {
	line := func(n int) string {
		words := strings.Fields("0.0.0.0 2026-03-14 15:09:26 - http://h/a.wmv 0 42 1 200" + strings.Repeat(" -", 60))
		return strings.Join(words[:n], " ")
	}
	tests := []struct {
		name string
		e    event.LogReceived
		want string // a name and its value
		odd  int
		err  error
	}{
		{"line of 44", event.LogReceived{Text: line(44)}, "x-duration=42", 0, nil},
		{"line of nine", event.LogReceived{Text: line(9)}, "c-status=200", 1, nil},
		{"line of 45", event.LogReceived{Text: line(45)}, "x-duration=42", 1, nil},
		{"line of 60", event.LogReceived{Text: line(60)}, "x-duration=42", 1, nil},
		{"line of eight", event.LogReceived{Text: line(8)}, "", 0, errFields},
		{"nothing", event.LogReceived{Text: " \r\n"}, "", 0, errEmpty},
		{"nothing behind the prefix", event.LogReceived{Text: "MX_STATS_LogLine: \t"}, "", 0, errEmpty},
		{"far too long", event.LogReceived{Text: strings.Repeat("a ", maxText)}, "", 0, errLong},
		{"words", event.LogReceived{Text: strings.Repeat("a ", 44)}, "cs-uri-stem=a", 24, nil},
		{"of MMS", event.LogReceived{Form: "client-log", Text: "c-bytes=7\nx-hresult=0x0\ncs(User-Agent)=a b\n"}, "c-bytes=7", 0, nil},
		{"of MMS, more", event.LogReceived{Form: "client-log", Text: "c-bytes=7\nx-hresult=0x0\n"}, "x-hresult=0x0", 0, nil},
		{"of MMS, with a password", event.LogReceived{Form: "client-log", Text: "c-bytes=7\nx-from=http://u:secret@h/\n"}, "x-from=http://h/", 0, nil},
		{"of MMS, nothing known", event.LogReceived{Form: "client-log", Text: "a=b\nc"}, "", 0, errForm},
		{"XML, cut off", event.LogReceived{Text: "<XML><Summary/><x-duration>4</x-duration><c-os>Win"}, "c-os=Win", 1, nil},
		{"XML, an end tag without its slash", event.LogReceived{Text: "<XML><c-playerid>{1}<c-playerid><c-os>W</c-os></XML>"}, "c-os=W", 0, nil},
		{"XML, the same", event.LogReceived{Text: "<XML><c-playerid>{1}<c-playerid><c-os>W</c-os></XML>"}, "c-playerid={1}", 0, nil},
		{"XML, a field twice", event.LogReceived{Text: "<XML><cs-media-role>A</cs-media-role><cs-media-role>B</cs-media-role></XML>"}, "cs-media-role=A", 0, nil},
		{"XML in another character set", event.LogReceived{Text: "<?xml version='1.0' encoding='x'?><XML><c-os>W\xff\x1b</c-os></XML>"}, "c-os=W__", 0, nil},
		{"XML, summary only", event.LogReceived{Text: "<XML><Summary>" + line(47) + "</Summary></XML>"}, "x-duration=42", 0, nil},
		{"XML, summary of 46", event.LogReceived{Text: "<XML><Summary>" + line(46) + "</Summary><c-os>W</c-os></XML>"}, "x-duration=", 1, nil},
		{"XML with nothing known", event.LogReceived{Text: "<XML><a>b</a></XML>"}, "", 0, errForm},
		{"no XML", event.LogReceived{Text: "<"}, "", 0, errForm},
		{"remote", event.LogReceived{Form: "remote", Text: line(44), Agent: "P/1", GUID: "{2}", URL: "http://o/a b"}, "cs-url=http://o/a%20b", 0, nil},
		{"remote, whose", event.LogReceived{Form: "remote", Text: line(44), Agent: "P/1", GUID: "{2}"}, "c-playerid={2}", 0, nil},
	}
	for _, tt := range tests {
		r, err := Parse(&tt.e)
		if err != tt.err {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
		if err != nil || tt.err != nil {
			continue
		}
		name, value, _ := strings.Cut(tt.want, "=")
		if got := known(r)[name]; got != value || r.Odd != tt.odd {
			t.Errorf("%s: %s is %q with %d odd, want %q with %d", tt.name, name, got, r.Odd, value, tt.odd)
		}
	}
}

// What players say can end no field or line, and order no terminal about.
func TestValuesAreClean(t *testing.T) {
	tests := []struct {
		field    Field
		in, want string
		ok       bool
	}{
		{UserAgent, "NSPlayer/9.0 (a b)", "NSPlayer/9.0_(a_b)", true},
		{UserAgent, "a\r\n#Fields: x\t\x1b[2J\x00\u009b\u202e\ufeff\xff", "a__#Fields:_x__[2J_____", true},
		{UserAgent, "-", "", true},
		{UserAgent, " \n", "", true},
		{UserAgent, strings.Repeat("ü", 200), strings.Repeat("ü", 127), true},
		{UserAgent, "日本語", "日本語", true},
		{URL, "http://u:secret@h/ü a?b=\"c\"#d", "http://h/%C3%BC%20a?b=%22c%22#d", true},
		{URL, "http://h/@a", "http://h/@a", true},
		{URL, "a\nb\x1b[0m%41", "a%0Ab%1B[0m%41", true},
		{URL, strings.Repeat("\x01", longLink), strings.Repeat("%01", (longLink-2)/3+1), true},
		{ContentPath, "pull:http://a:b@h/x", "pull:http://h/x", true},
		{ServerBytes, "12", "12", true},
		{ServerBytes, "-1", "", false},
		{ServerBytes, "1e3", "", false},
		{ServerBytes, strings.Repeat("1", 21), "", false},
		{Rate, "-5", "-5", true},
		{Rate, "0.50", "0.5", true},
		{Rate, "NaN", "", false},
		{Rate, "1e300", "", false},
		{Status, "200", "200", true},
		{Status, "20", "", false},
		{ServerIP, "::ffff:192.0.2.1", "192.0.2.1", true},
		{ServerIP, "fe80::1%eth0", "fe80::1", true},
		{ServerIP, "0.0.0.0", "", true},
		{ServerIP, "h", "", false},
	}
	for _, tt := range tests {
		var v Values
		ok := v.Set(tt.field, tt.in)
		if !ok && v[tt.field] != "" {
			t.Errorf("%v %q: refused, and kept as %q", tt.field, tt.in, v[tt.field])
		}
		if ok != tt.ok || v[tt.field] != tt.want {
			t.Errorf("%v %q: %q, %v, want %q, %v", tt.field, tt.in, v[tt.field], ok, tt.want, tt.ok)
		}
	}
}
