package wmsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded is a request of testdata/requests, as a player sent it.
func recorded(t *testing.T, name string) *Request {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "requests", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(b), "\n---\n")
	if !found {
		t.Fatalf("%s has no request", name)
	}
	return asked(t, text)
}

func asked(t *testing.T, text string) *Request {
	t.Helper()
	text = strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\r\n") + "\r\n\r\n"
	r, _, err := ParseRequest([]byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

// FFmpeg and VLC go on with their first header; libmms and MPlayer say in the same words
// as FFmpeg who they are, but in HTTP 1.0. Windows Media Player takes every header.
func TestWhoKeepsTheHeader(t *testing.T) {
	for name, want := range map[string]bool{
		"ffmpeg_describe": true, "ffmpeg_play": true, "vlc_describe": true, "vlc_play": true, "vlc_play_broadcast": true,
		"libmms_describe": false, "libmms_play_seek": false, "libmms_play_broadcast": false, "mplayer_describe": false, "mplayer_play": false,
		"wmp64_describe": false, "wmp7_play": false, "wmp9_selectstream_get": false, "wmp11_rewind": false, "curl": false, "vlc_http": false,
	} {
		if got := keepsHeader(recorded(t, name)); got != want {
			t.Errorf("%s: keeps it %t, want %t", name, got, want)
		}
	}
	for agent, want := range map[string]bool{
		"NSPlayer/7.10.0.3059": true, "NSPlayer/7.1.0.3055": false, "NSPlayer/4.1.0.3856": false, "NSPlayer/8.0.0.4477": false,
		"NSPlayer/9.0.0.2980": false, "NSPlayer/9.00.00.4503 WMFSDK/9.0": false, "NSPlayer/11.0.5721.5145 WMFSDK/11.0": false,
		"NSPlayer/12.0.7601.17514": false, "NSServer/9.0": false, "NSServer/7.10": false, "WMCacheProxy/9.00.00.3177": false, "Lavf/59.27.100": false,
	} {
		r := asked(t, "GET /a.wmv HTTP/1.1\nHost: h\nUser-Agent: "+agent+
			"\nPragma: xPlayStrm=1\nPragma: xClientGUID={3300AD50-2C39-46c0-AE0A-4F6B136D663C}")
		if got := keepsHeader(r); got != want {
			t.Errorf("%s: keeps it %t, want %t", agent, got, want)
		}
	}
}
