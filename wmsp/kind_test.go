package wmsp

import "testing"

// Conditions of [MS-WMSP] 2.2.2.1 to 2.2.2.10 that the examples do not show.
func TestKind(t *testing.T) {
	const get11, get10, post11, post10 = "GET /a HTTP/1.1", "GET /a HTTP/1.0", "POST /a HTTP/1.1", "POST /a HTTP/1.0"
	stats, text := "Content-Type: "+TypeLogStats, "Content-Type: "+TypeText
	tests := []struct {
		line   string
		fields []string
		want   Kind
	}{
		{get10, nil, Describe},
		{get11, []string{"Pragma: xPlayStrm=0"}, Describe},
		{get11, []string{"Pragma: xPlayStrm=1"}, Play},
		{get10, []string{"Pragma: xPlayStrm=1, stream-switch-count=1", "Pragma: stream-switch-entry=ffff:1:0"}, Play},
		{get11, []string{"Pragma: xPlayStrm=1, xPlayNextEntry=1"}, Unknown},
		{get11, []string{"Pragma: xPlayStrm=0, xPlayNextEntry=1"}, PlayNextEntry},
		{get10, []string{"Pragma: xPlayNextEntry=1"}, Unknown},
		{get11, []string{"Pragma: pipeline-request=1"}, Pipeline},
		{get10, []string{"Pragma: pipeline-request=1"}, Unknown},
		{get11, []string{"Pragma: pipeline-request=1, xPlayStrm=0"}, Unknown},
		{get11, []string{"Pragma: pipeline-request=1, xPlayNextEntry=1"}, Unknown},
		{get11, []string{"Pragma: stream-switch-entry=ffff:1:0"}, SelectStream},
		{get11, []string{"Pragma: stream-switch-entry=ffff:1:0", "Pragma: xPlayStrm=0"}, Unknown},
		{get11, []string{"Pragma: stream-switch-entry=ffff:1:0", "Pragma: xStopStrm=1"}, Unknown},
		{get11, []string{"Pragma: stream-switch-entry=ffff:1:0", "Pragma: xKeepAliveInPause=1"}, Unknown},

		{post10, nil, Unknown},
		{post10, []string{"Pragma: stream-switch-entry=ffff:1:0"}, SelectStream},
		{post10, []string{"Pragma: stream-switch-entry=ffff:1:0", "Content-Length: 0"}, SelectStream},
		{post10, []string{"Pragma: stream-switch-entry=ffff:1:0", "Content-Length: 1"}, Unknown},
		{post10, []string{"Pragma: stream-switch-entry=ffff:1:0", text}, Unknown},
		{post10, []string{"Pragma: stream-switch-entry=ffff:1:0", "Pragma: xPlayStrm=1"}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1"}, Stop},
		{post10, []string{"Pragma: xStopStrm=1"}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1", "Content-Length: 5"}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1", text}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1", "Pragma: log-line=a"}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1, xKeepAliveInPause=1"}, Unknown},
		{post11, []string{"Pragma: xStopStrm=1, pipeline-request=1"}, Unknown},
		{post10, []string{"Pragma: xKeepAliveInPause=1"}, KeepAlive},
		{post10, []string{"Pragma: xKeepAliveInPause=1", "Transfer-Encoding: chunked"}, Unknown},
		{post10, []string{"Pragma: log-line=a b"}, Log},
		{post10, []string{"Pragma: log-line=a b", text}, Log},
		{post10, []string{"Pragma: log-line=a b", "Content-Length: 1"}, Unknown},
		{post10, []string{"Pragma: log-line=a b", "Content-Type: a/b"}, Unknown},
		{post10, []string{stats, "Content-Length: 9"}, Log},
		{post10, []string{"content-type: APPLICATION/X-WMS-LOGSTATS ; charset=UTF-8", "Content-Length: 9"}, Log},
		{post10, []string{stats, "Pragma: pipeline-request=1"}, Unknown},
		{post10, []string{"Content-Type: " + TypeGetContentInfo, "Content-Length: 1"}, GetContentInfo},
		{post10, []string{"Content-Type: " + TypeGetContentInfo, "Content-Length: 0"}, Unknown},
		{post10, []string{"Content-Type: " + TypeGetContentInfo, "Content-Length: 1", "Pragma: log-line=a"}, Unknown},
		{post10, []string{"Content-Type: " + TypeSendEvent, "Content-Length: 9"}, SendEvent},
		{post10, []string{"Content-Type: " + TypeSendEvent, "Content-Length: 9", "Pragma: xStopStrm=1"}, Unknown},
		{post10, []string{text, "Content-Length: 9"}, Unknown},

		{"OPTIONS * HTTP/1.1", nil, KeepAlive},
		{"OPTIONS * HTTP/1.0", nil, Unknown},
		{"OPTIONS /a HTTP/1.1", nil, Unknown},
		{"HEAD /a HTTP/1.1", nil, Unknown},
		{"get /a HTTP/1.1", nil, Unknown},
	}
	for _, test := range tests {
		in := test.line + "\r\n"
		for _, field := range test.fields {
			in += field + "\r\n"
		}
		r, _, err := ParseRequest([]byte(in + "\r\n"))
		if err != nil {
			t.Errorf("%q: %v", in, err)
		} else if r.Kind != test.want {
			t.Errorf("%q is %v, want %v", in, r.Kind, test.want)
		}
	}
}

func TestKindString(t *testing.T) {
	for k, want := range map[Kind]string{Unknown: "Unknown", Play: "Play", Stop: "Stop", Stop + 1: "Unknown"} {
		if k.String() != want {
			t.Errorf("Kind(%d) = %s, want %s", uint8(k), k, want)
		}
	}
}
