package announce

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestByAgent(t *testing.T) {
	tests := []struct{ agent, id string }{
		{"", "other"}, {"curl/7.88.1", "other"}, {"NSPlayer", "other"}, {"NSPlayer/x", "other"}, {"Mozilla/", "other"},
		{"NSPlayer/2.0.0.0372", "netshow"}, {"NetShow/3.0", "netshow"},
		{"NSPlayer/4.1.0.3925", "wmp6"}, {"NSPlayer/4.1.0.3856", "other"}, {"NSPlayer/7.10.0.3059", "other"},
		{"NSPlayer/7.0.0.1956; {3300AD50-2C39-46c0-AE0A-39E48EB3C868}; Host: h", "other"},
		{"NSPlayer/7.1.0.3055", "wmp6"}, {"NSPlayer/8.0.0.4477", "wmp6"}, {"Windows-Media-Player/8.00.00.4477", "wmp6"},
		{"Windows-Media-Player/9.00.00.4503", "wmp9"}, {"NSPlayer/10.0.0.4332 WMFSDK/10.0", "wmp9"},
		{"Windows-Media-Player/11.0.5721.5145", "wmp11"}, {"NSPlayer/12.0.7601.17514 WMFSDK/12.0", "wmp11"},
		{"WMPlayer/12.0.7601.17514 guid/3300AD50-2C39-46C0-AE0A-39E48EB3C868", "wmp11"},
		{"NSPlayer/999999999999999999999", "wmp11"},
		{"Windows-Media-Player/9.0 (Macintosh)", "mac"}, {"Mozilla/4.0 (compatible; MSIE 5.23; Mac_PowerPC)", "mac"},
		{"Mozilla/4.0 (compatible; MSIE 5.0; Windows 98; DigExt)", "wmp6"}, {"Mozilla/4.0 (compatible; MSIE 5.0; Windows NT)", "wmp6"},
		{"Mozilla/4.0 (compatible; MSIE 5.0; Windows NT 4.0)", "wmp6"}, {"Mozilla/4.0 (compatible; MSIE 5.01; Windows NT 5.0)", "wmp6"},
		{"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)", "xp"}, {"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)", "wmp11"},
		{"Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "wmp11"}, {"Mozilla/5.0 (Windows NT 10.0; Trident/7.0)", "wmp11"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "other"},
		{"Mozilla/4.7 [en] (Win98; I)", "other"}, {"Opera/9.80 (Windows NT 5.1)", "other"},
		{"Mozilla/4.0 (compatible; MSIE 4.01; Windows CE; PPC; 240x320)", "mobile"},
		{"Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0)", "mobile"},
		{"Mozilla/4.0 WebTV/2.6 (compatible; MSIE 4.0)", "webtv"}, {"Xbox/2.0.17559.0 UPnP/1.0", "xbox"}, {"ZUNE/4.8", "xbox"},
		{"Kodi/20.2 (X11; Linux x86_64)", "kodi"}, {"VLC/3.0.18 LibVLC/3.0.18", "vlc"}, {"MPlayer/1.5-12", "mplayer"}, {"MPlayer 1.5 (Debian), built with gcc-12", "mplayer"},
		{"Lavf/59.27.100", "ffmpeg"}, {"libmpv", "ffmpeg"}, {"mpv/0.35", "ffmpeg"}, {"GStreamer souphttpsrc 1.22.0 libsoup/3.2.2", "ffmpeg"},
	}
	for _, tt := range tests {
		if got := ByAgent(tt.agent).ID; got != tt.id {
			t.Errorf("%q: %s, want %s", tt.agent, got, tt.id)
		}
	}
}

// RTSP over TLS comes behind the web address: no Windows Media Player knows it.
func TestChooseOverTLS(t *testing.T) {
	secure := Ways{HTTP: {Scheme: "https", Host: "h"}, Plain: {Scheme: "https", Host: "h"}, MMSH: {Scheme: "https", Host: "h"}, RTSP: {Scheme: "rtsps", Host: "h"}}
	for id, want := range map[string]string{
		"wmp11": "https://h/a?MSWMExt=.asf rtsps://h/a", "netshow": "https://h/a?MSWMExt=.asf", "vlc": "https://h/a", "kodi": "https://h/a",
	} {
		p, _ := ByID(id)
		var urls []string
		for _, e := range p.Choose(secure, "a") {
			urls = append(urls, e.URL("a"))
		}
		if got := strings.Join(urls, " "); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// Every player is sent somewhere by a server that has nothing but HTTP, and in its
// own order by one that has all.
func TestChoose(t *testing.T) {
	all := Ways{
		HTTP: {Scheme: "http", Host: "h:8080"}, Plain: {Scheme: "http", Host: "h:8080"},
		Station: {Scheme: "http", Host: "h:8080", Ending: ".nsc"},
		MMS:     {Scheme: "mms", Host: "h"}, RTSP: {Scheme: "rtsp", Host: "h:8554"}, MMSH: {Scheme: "mmsh", Host: "h:8080"},
	}
	want := map[string]string{
		"netshow": "mms://h/a http://h:8080/a?MSWMExt=.asf",
		"wmp6":    "http://h:8080/a.nsc mms://h/a http://h:8080/a?MSWMExt=.asf",
		"wmp9":    "http://h:8080/a.nsc rtsp://h:8554/a mms://h/a http://h:8080/a?MSWMExt=.asf",
		"wmp11":   "http://h:8080/a.nsc rtsp://h:8554/a http://h:8080/a?MSWMExt=.asf",
		"xp":      "http://h:8080/a.nsc http://h:8080/a?MSWMExt=.asf mms://h/a",
		"mac":     "http://h:8080/a?MSWMExt=.asf", "xbox": "http://h:8080/a?MSWMExt=.asf",
		"mobile": "mms://h/a http://h:8080/a?MSWMExt=.asf", "webtv": "mms://h/a http://h:8080/a?MSWMExt=.asf",
		"vlc": "mmsh://h:8080/a", "mplayer": "mmsh://h:8080/a",
		"kodi": "http://h:8080/a", "ffmpeg": "http://h:8080/a", "other": "http://h:8080/a",
	}
	for _, p := range Players() {
		var urls []string
		for _, e := range p.Choose(all, "a") {
			urls = append(urls, e.URL("a"))
		}
		if got := strings.Join(urls, " "); got != want[p.ID] {
			t.Errorf("%s: %s, want %s", p.ID, got, want[p.ID])
		}
		few := Ways{HTTP: all[HTTP], MMSH: all[MMSH]} // a playlist: it is no file
		if got := p.Choose(few, "a.wmv"); len(got) != 1 || got[0].Scheme != "mmsh" && (p.ID == "kodi" || p.ID == "ffmpeg") || strings.Contains(got[0].URL("a.wmv"), "?") {
			t.Errorf("%s: %v of HTTP alone", p.ID, got)
		}
	}
}

func TestURL(t *testing.T) {
	name := `a b/50% "x"&<y>'ö`
	if got := (Endpoint{Scheme: "http", Host: "h", Ending: ".nsc"}).Streamed().URL(name); got != "http://h/a%20b/50%25%20%22x%22%26%3Cy%3E%27%C3%B6.nsc" {
		t.Error(got)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " \t ": "", "\xff\u0085\x00a\r\nb": "a  b", "\ufffe\uffff\U0001ffffx\ufdd0": "x", "日本": "日本",
		strings.Repeat("é", 2*MaxText): strings.Repeat("é", MaxText),
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzAnnounced(f *testing.F) {
	f.Add("NSPlayer/9.0", "title")
	f.Add("Mozilla/4.0 (compatible; MSIE 5.0; Windows NT ", "\x00&<>\"'")
	f.Fuzz(func(t *testing.T, agent, text string) {
		p := ByAgent(agent)
		if _, ok := ByID(p.ID); !ok || len(p.Choose(Ways{{Scheme: "http", Host: "h"}}, text)) != 1 && !slices.Contains(p.Ways, MMSH) {
			t.Fatalf("%q is %q", agent, p.ID)
		}
		if s := Text(text); !utf8.ValidString(s) || utf8.RuneCountInString(s) > MaxText || strings.ContainsAny(Escape(s), "<>\"'\r\n\x00") {
			t.Fatalf("%q", s)
		}
	})
}
