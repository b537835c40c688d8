package event

import (
	"strings"
	"testing"
)

// The examples of [MS-WMLOG] 3.1 and 3.3, shortened, and what 2.7.1 fixes.
func TestKindOfLog(t *testing.T) {
	const line = "0.0.0.0 2003-09-27 00:27:24 - http://10.194.20.175/mcast1200K 0 42 1 200 {3300AD50-2C39-46c0-AE0A-B4C904C7848E} " +
		"9.0.0.2980 en-US WMFSDK/9.0.0.2980_WMPlayer/9.0.0.3008 - wmplayer.exe 9.0.0.2980 Windows_XP 5.1.0.2600 Pentium 1801 268885194 1255347 " +
		"http TCP Windows_Media_Audio_9 Windows_Media_Video_9 - - 6321233 - 4496 0 0 0 0 0 0 1 0 100 - - - -"
	tests := []struct {
		text string
		want LogKind
	}{
		{line, LogLegacy},
		{strings.NewReplacer("Windows_Media_Audio_9", "-", "Windows_Media_Video_9", "-").Replace(line) + " http://a/b - -", LogStreaming},
		{strings.NewReplacer("Windows_Media_Audio_9", "-", "Windows_Media_Video_9", "-").Replace(line), LogLegacy},
		{strings.Replace(line, " http TCP ", " Cache - ", 1), LogRendering},
		{"<XML><Summary>" + line + "</Summary><protocol>http</protocol><audiocodec>Windows_Media_Audio_9</audiocodec><videocodec>-</videocodec></XML>", LogLegacy},
		{"<XML><Summary/><protocol>http</protocol>\r\n<audiocodec>-</audiocodec><videocodec> - </videocodec></XML>", LogStreaming},
		{"<XML><Summary/><protocol>Cache</protocol><audiocodec>-</audiocodec><videocodec>-</videocodec></XML>", LogRendering},
		{"<XML/>", LogLegacy},
		{"", LogLegacy},
		{strings.Repeat(" ", 100), LogLegacy},
	}
	for _, tt := range tests {
		if got := KindOfLog(tt.text); got != tt.want {
			t.Errorf("%.60s: %v, want %v", tt.text, got, tt.want)
		}
	}
}
