package remote

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/cdl"
)

func remoteLog() Event {
	e := NewLog("NSPlayer/11.0.5721.5145", "{3300AD50-2C39-46c0-AE0A-4F6B136D663C}", "http://SampleServer/industrial.wmv",
		"<XML>\r\n<Summary>0.0.0.0, 1</Summary></XML>")
	e.Reason = 0x800C2EE2
	return *e
}

const remoteLogText = "1\r\n1,30,2148282082\r\n" +
	"12,context-type,3,1,2,14,WMS_USER_AGENT,31,23,NSPlayer/11.0.5721.5145,13,WMS_USER_GUID,31,38,{3300AD50-2C39-46c0-AE0A-4F6B136D663C}\r\n" +
	"12,context-type,3,1,5,24,@WMS_COMMAND_CONTEXT_URL,31,34,http://SampleServer/industrial.wmv,12,@.REMOTE_LOG,31,42,<XML>\r\n<Summary>0.0.0.0, 1</Summary></XML>\r\n"

func TestRemoteEvent(t *testing.T) {
	tests := []struct {
		event Event
		text  string
	}{
		{Event{Type: Open}, "1\r\n1,28,0\r\n"},
		{Event{Type: Close, Reason: 4294967295}, "1\r\n1,29,4294967295\r\n"},
		{remoteLog(), remoteLogText},
	}
	for _, test := range tests {
		if got := string(test.event.Append(nil)); got != test.text {
			t.Errorf("got %q, want %q", got, test.text)
		}
		got, err := Parse([]byte(test.text))
		if err != nil || !reflect.DeepEqual(got, test.event) {
			t.Errorf("%q: %+v, %v", test.text, got, err)
		}
	}
	e, err := Parse([]byte(strings.ReplaceAll(remoteLogText, "\r\n1", "\n1")))
	if err != nil || e.RenderingLog() != "<XML>\r\n<Summary>0.0.0.0, 1</Summary></XML>" {
		t.Errorf("bare line feeds: %q, %v", e.RenderingLog(), err)
	}
	if e, err = Parse([]byte("1\n1,28,0\n1,a,31,0,\n")); err != nil || e.User != nil || e.RenderingLog() != "" {
		t.Errorf("descriptions of a remote-open: %+v, %v", e, err)
	}
}

func TestRemoteEventErrors(t *testing.T) {
	tests := []struct {
		in   string
		want error
	}{
		{"", cdl.ErrNeedMore},
		{"1\r\n1,28,0", cdl.ErrNeedMore},
		{"2\r\n1,28,0\r\n", cdl.ErrInvalid},
		{"1\r\n2,28,0\r\n", cdl.ErrInvalid},
		{"1\r\n1,27,0\r\n", cdl.ErrInvalid},
		{"1\r\n1,31,0\r\n", cdl.ErrInvalid},
		{"1\r\n1,28\r\n", cdl.ErrInvalid},
		{"1\r\n1,28,0,0\r\n", cdl.ErrInvalid},
		{"1\r\n1,28,4294967296\r\n", cdl.ErrInvalid},
		{"1\r\n1,28,-1\r\n", cdl.ErrInvalid},
		{"1\r\n1,30,0\r\n", cdl.ErrInvalid},
		{"1\r\n1,30,0\r\n1,a,31,0,\r\n", cdl.ErrInvalid},
		{"1\r\n1,30,0\r\n1,a,31,9,\r\n", cdl.ErrNeedMore},
		{strings.Repeat("1", MaxBytes+1), cdl.ErrLimit},
	}
	for _, test := range tests {
		if e, err := Parse([]byte(test.in)); !errors.Is(err, test.want) {
			t.Errorf("%.30q: %+v, %v, want %v", test.in, e, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(remoteLogText))
	f.Add([]byte("1\n1,28,7\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Parse(e.Append(nil))
		if err != nil || !reflect.DeepEqual(again, e) {
			t.Fatalf("%+v became %+v, %v", e, again, err)
		}
	})
}
