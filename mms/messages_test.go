package mms

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"caracal/internal/vector"
)

// parsers has the parser of every message.
var parsers = map[MID]func([]byte) (Appender, error){
	MIDConnect:          parser(ParseConnect),
	MIDConnectFunnel:    parser(ParseConnectFunnel),
	MIDOpenFile:         parser(ParseOpenFile),
	MIDStartPlaying:     parser(ParseStartPlaying),
	MIDStopPlaying:      parser(ParseStopPlaying),
	MIDCloseFile:        parser(ParseCloseFile),
	MIDReadBlock:        parser(ParseReadBlock),
	MIDFunnelInfo:       parser(ParseFunnelInfo),
	MIDSecurityResponse: parser(ParseSecurityResponse),
	MIDPong:             parser(ParsePong),
	MIDCancelReadBlock:  parser(ParseCancelReadBlock),
	MIDStartStriding:    parser(ParseStartStriding),
	MIDLogging:          parser(ParseLogging),
	MIDStreamSwitch:     parser(ParseStreamSwitch),

	MIDReportConnectedEX:        parser(ParseReportConnectedEX),
	MIDReportConnectedFunnel:    parser(ParseReportConnectedFunnel),
	MIDReportDisconnectedFunnel: parser(ParseReportDisconnectedFunnel),
	MIDReportStartedPlaying:     parser(ParseReportStartedPlaying),
	MIDReportOpenFile:           parser(ParseReportOpenFile),
	MIDReportStartStriding:      parser(ParseReportStartStriding),
	MIDReportReadBlock:          parser(ParseReportReadBlock),
	MIDReportFunnelInfo:         parser(ParseReportFunnelInfo),
	MIDSecurityChallenge:        parser(ParseSecurityChallenge),
	MIDPing:                     parser(ParsePing),
	MIDReportEndOfStream:        parser(ParseReportEndOfStream),
	MIDReportStreamChange:       parser(ParseReportStreamChange),
	MIDReportStreamSwitch:       parser(ParseReportStreamSwitch),
	MIDReportRedirect:           parser(ParseReportRedirect),
}

func parser[T any, P interface {
	*T
	Appender
}](parse func([]byte) (T, error)) func([]byte) (Appender, error) {
	return func(body []byte) (Appender, error) {
		m, err := parse(body)
		return P(&m), err
	}
}

var messageFiles = []string{"viewer_players.txt", "viewer_messages.txt", "mac_messages.txt"}

// describeMessages reads what came over TCP, byte by byte, and says what it is.
func describeMessages(in []byte) (text string, parsed []Appender, err error) {
	r := NewReader(iotest.OneByteReader(bytes.NewReader(in)))
	var lines []string
	for {
		item, err := r.Next()
		if err == io.EOF {
			return strings.Join(lines, "\n"), parsed, nil
		}
		if err != nil {
			return strings.Join(lines, "\n"), parsed, err
		}
		parse := parsers[item.Message.MID]
		if parse == nil {
			return "", nil, fmt.Errorf("no parser of %v", item.Message.MID)
		}
		m, err := parse(bytes.Clone(item.Message.Body))
		if err != nil {
			return strings.Join(lines, "\n"), parsed, err
		}
		line := fmt.Sprintf("%v %+v", item.Message.MID, m)
		lines = append(lines, strings.Replace(line, " &{", " {", 1))
		parsed = append(parsed, m)
	}
}

func TestMessageVectors(t *testing.T) {
	seen := map[MID]bool{}
	for _, file := range messageFiles {
		for _, v := range vector.Read(t, file) {
			t.Run(v["name"], func(t *testing.T) {
				in := v.Bytes(t, "hex")
				got, parsed, err := describeMessages(in)
				if want, bad := v["error"]; bad {
					if err == nil || err.Error() != want {
						t.Fatalf("error %v, want %s", err, want)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got != v["expect"] {
					t.Errorf("got  %s\nwant %s", got, v["expect"])
				}
				for line := range strings.SplitSeq(got, "\n") {
					name, _, _ := strings.Cut(line, " ")
					seen[midOf(name)] = true
				}
				checkAppend(t, in, parsed, v["append"])
			})
		}
	}
	for mid := range parsers {
		if !seen[mid] {
			t.Errorf("%v has no vector", mid)
		}
	}
}

func midOf(name string) MID {
	for mid := range parsers {
		if mid.String() == name {
			return mid
		}
	}
	return 0
}

// checkAppend wants the bytes back, or with "append: other" a packet that is
// parsed to the same.
func checkAppend(t *testing.T, in []byte, parsed []Appender, how string) {
	t.Helper()
	var out []byte
	for _, m := range parsed {
		h, _, err := ParseTCPMessageHeader(in)
		if err != nil {
			t.Fatal(err)
		}
		out = AppendPacket(out, h.Seq, h.TimeSent, m)
		if how != "other" && !bytes.Equal(out, in[:len(out)]) {
			t.Errorf("appended %x\nwant     %x", out, in)
		}
		if how != "other" && len(in) > len(out) {
			in, out = in[len(out):], nil
		}
	}
	if how != "other" {
		return
	}
	want, _, _ := describeMessages(in)
	if got, _, err := describeMessages(out); err != nil || got != want {
		t.Errorf("appended %x: %s, %v", out, got, err)
	}
}

func TestNamesOfMessages(t *testing.T) {
	for mid := range parsers {
		if name := mid.String(); strings.HasPrefix(name, "MID(") || midOf(name) != mid {
			t.Errorf("%#x is called %s", uint32(mid), name)
		}
	}
	if got := MID(0x00050001).String(); got != "MID(0x00050001)" {
		t.Error(got)
	}
}
