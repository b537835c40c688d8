package rtsp

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/cachecontrol"
	"caracal/internal/head"
	"caracal/internal/vector"
)

// headerFacts names what the files of testdata/messages can expect of the
// header fields of a request or response.
func headerFacts(h head.Fields) map[string]string {
	facts := map[string]string{
		"type":       h.MediaType(),
		"session":    ParseSession(h.Get("Session")).String(),
		"supported":  head.ParseFeatures(h.Values("Supported")...).String(),
		"genid":      h.Get("X-Playlist-Gen-Id"),
		"schemes":    strings.Join(ParseSchemes(h.Get("X-Accept-Authentication")), " "),
		"notice":     strconv.FormatBool(IsEndOfStreamNotice(h.Get("X-Notice"))),
		"cache":      cachecontrol.Parse(h.Values("Cache-Control")...).String(),
		"rtpinfo":    rtpInfoText(h.Get("RTP-Info")),
		"xrtpinfo":   rtpInfoText(h.Get("X-RTP-Info")),
		"accelerate": "",
		"burst":      "",
		"range":      "",
		"match":      "",
	}
	for key, name := range map[string]string{
		"bandwidth": "Bandwidth", "broadcast": "X-Broadcast-Id", "seekid": "X-Playlist-Seek-Id", "lag": "X-Player-Lag-Time",
	} {
		if n, ok := ParseNumber(h.Get(name)); ok {
			facts[key] = FormatNumber(n)
		}
	}
	if a, err := ParseAccelerate(h.Get("X-Accelerate-Streaming")); err == nil {
		facts["accelerate"] = a.Accelerate()
	}
	if a, err := ParseBurst(h.Get("X-Burst-Streaming")); err == nil {
		facts["burst"] = a.Burst()
	}
	if r, err := ParseRange(h.Get("Range")); err == nil {
		facts["range"] = r.String()
	}
	if e, err := ParseEntityTags(h.Get("If-Match")); err == nil {
		facts["match"] = e.String()
	}
	if offset, ok := ParsePlaylist(h.Get("X-Playlist")); ok {
		facts["playlist"] = strconv.Itoa(offset)
	}
	var transports, cookies []string
	for i, tr := range ParseTransports(h.Values("Transport")...) {
		transports = append(transports, tr.String())
		if i == 0 {
			f := tr.FEC
			facts["fec"] = fmt.Sprint(f.Span, f.PerSpan, f.BurstMargin, f.Valid())
		}
	}
	for _, c := range ParseCookies(h.Values("Cookie")...) {
		cookies = append(cookies, c.Name+":"+c.Value)
	}
	facts["transport"] = strings.Join(transports, "|")
	facts["cookies"] = strings.Join(cookies, " ")
	return facts
}

func rtpInfoText(value string) string {
	list, err := ParseRTPInfo(value)
	if err != nil {
		return ""
	}
	return string(AppendXRTPInfo(nil, list))
}

func agentFacts(facts map[string]string, a head.Agent) {
	facts["agent"] = fmt.Sprintf("%s %d.%d", a.Token, a.Major, a.Minor)
	facts["guid"] = a.GUID
	facts["known"] = strconv.FormatBool(KnownAgent(a))
	facts["lavf"] = strconv.FormatBool(a.Begins(AgentLavf))
}

func requestFacts(r *Request) map[string]string {
	facts := headerFacts(r.Header)
	agentFacts(facts, r.Agent)
	base, control, _ := SplitControl(r.Target.Path)
	facts["kind"] = r.Kind.String()
	facts["method"] = r.Method
	facts["target"] = r.Target.Raw
	facts["scheme"] = r.Target.Scheme
	facts["host"] = r.Target.Host
	facts["path"] = r.Target.Path
	facts["query"] = r.Target.Query
	facts["base"] = base
	facts["control"] = control.String()
	facts["cseq"] = strconv.FormatInt(r.CSeq, 10)
	facts["body"] = strconv.Quote(string(r.Body))
	facts["length"] = strconv.Itoa(len(r.Body))
	if s, err := ParseStreamSwitch(r.Body); err == nil {
		facts["switch"] = strings.TrimSuffix(string(s.Append(nil)), "\r\n")
	}
	if variable, err := ParsePacketPair(r.Body); err == nil {
		facts["pair"] = strconv.FormatBool(variable)
	}
	end := ParseEndOfStream(r.Body)
	facts["end"] = fmt.Sprint(end.Session, " ", end.EOF, " ", end.Reason)
	return facts
}

func responseFacts(r *Response) map[string]string {
	facts := headerFacts(r.Header)
	agentFacts(facts, head.ParseAgent(r.Header.Get("Server")))
	facts["status"] = strconv.Itoa(r.Status)
	facts["reason"] = r.Reason
	facts["cseq"] = strconv.FormatInt(r.CSeq, 10)
	return facts
}

// parseMessage parses either; exactly one of the pointers is set.
func parseMessage(b []byte) (req *Request, resp *Response, n int, err error) {
	if opening, _ := Peek(b); opening == OpeningResponse {
		resp, n, err = ParseResponse(b, MaxResponseBody)
	} else {
		req, n, err = ParseRequest(b, MaxRequestBody)
	}
	return req, resp, n, err
}

func TestMessages(t *testing.T) {
	for _, file := range vector.Texts(t, "messages") {
		t.Run(file.Name, func(t *testing.T) {
			req, resp, n, err := parseMessage([]byte(file.Text + "$\x00\x00\x00"))
			if err != nil {
				t.Fatal(err)
			}
			if n != len(file.Text) {
				t.Errorf("took %d bytes, want %d", n, len(file.Text))
			}
			if req != nil {
				file.Check(t, requestFacts(req))
			} else {
				file.Check(t, responseFacts(resp))
			}
			for cut := range file.Text {
				if _, _, _, err := parseMessage([]byte(file.Text[:cut])); !errors.Is(err, ErrNeedMore) {
					t.Fatalf("%d of %d bytes: %v, want ErrNeedMore", cut, n, err)
				}
			}
			checkBareLines(t, file.Text, req, resp)
			checkAppend(t, req, resp)
		})
	}
}

// checkBareLines parses the same head with LF in the place of CRLF.
func checkBareLines(t *testing.T, text string, req *Request, resp *Response) {
	t.Helper()
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	bare := strings.ReplaceAll(head, "\r", "") + "\n\n" + body
	sameReq, sameResp, _, err := parseMessage([]byte(bare))
	if err != nil || !reflect.DeepEqual(sameReq, req) || !reflect.DeepEqual(sameResp, resp) {
		t.Errorf("with bare line feeds: %+v, %+v, %v", sameReq, sameResp, err)
	}
}

// checkAppend parses what the message's AppendTo makes of it.
func checkAppend(t *testing.T, req *Request, resp *Response) {
	t.Helper()
	var b []byte
	if req != nil {
		b = req.AppendTo(nil)
	} else {
		b = resp.AppendTo(nil)
	}
	sameReq, sameResp, n, err := parseMessage(b)
	if err != nil || n != len(b) || !reflect.DeepEqual(sameReq, req) || !reflect.DeepEqual(sameResp, resp) {
		t.Errorf("%q became %+v, %+v, %v", b, sameReq, sameResp, err)
	}
}

func TestPeek(t *testing.T) {
	tests := []struct {
		in    string
		want  Opening
		blank int
	}{
		{"", OpeningUnknown, 0},
		{"\r\n\n", OpeningUnknown, 3},
		{"$", OpeningFrame, 0},
		{"\r\n$\x00\x00\x00", OpeningFrame, 2},
		{"R", OpeningUnknown, 0},
		{"RTSP", OpeningUnknown, 0},
		{"RTSP/", OpeningResponse, 0},
		{"RTSPX", OpeningRequest, 0},
		{"REC", OpeningRequest, 0},
		{"\nOPTIONS", OpeningRequest, 1},
		{"\x16\x03", OpeningRequest, 0},
	}
	for _, test := range tests {
		if got, blank := Peek([]byte(test.in)); got != test.want || blank != test.blank {
			t.Errorf("%q: %d after %d, want %d after %d", test.in, got, blank, test.want, test.blank)
		}
	}
}

func TestFrames(t *testing.T) {
	in := []byte("$\x01\x00\x03abcOPTIONS")
	f, n, err := ParseFrame(in)
	if err != nil || n != 7 || f.Channel != 1 || string(f.Data) != "abc" || f.Size() != 7 || string(f.Append(nil)) != string(in[:7]) {
		t.Errorf("%+v, %d, %v", f, n, err)
	}
	for cut := range 7 {
		if _, _, err := ParseFrame(in[:cut]); !errors.Is(err, ErrNeedMore) {
			t.Errorf("%d bytes: %v", cut, err)
		}
	}
	if f, n, err := ParseFrame([]byte("$\xff\x00\x00")); err != nil || n != 4 || len(f.Data) != 0 || f.Channel != 255 {
		t.Errorf("empty frame: %+v, %d, %v", f, n, err)
	}
	if _, _, err := ParseFrame([]byte("OPTIONS")); !errors.Is(err, ErrInvalid) {
		t.Errorf("not a frame: %v", err)
	}
	long := Frame{Data: make([]byte, MaxFrameData+1)}
	if b := long.Append(nil); len(b) != long.Size() || len(b) != FrameHeadSize+MaxFrameData {
		t.Errorf("long frame: %d bytes", len(b))
	}
}

func TestRequestDoesNotAlias(t *testing.T) {
	in := []byte("SET_PARAMETER rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nab")
	r, _, err := ParseRequest(in, MaxRequestBody)
	if err != nil {
		t.Fatal(err)
	}
	clear(in)
	if r.Method != "SET_PARAMETER" || r.Target.Path != "/a" || string(r.Body) != "ab" {
		t.Errorf("changed with its input: %+v", r)
	}
}
