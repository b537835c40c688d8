package rtsp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"caracal/internal/vector"
)

var testSender = SenderInfo{
	SSRC: 0xCAFE0001, Time: time.Date(2004, 9, 2, 12, 0, 0, 500_000_000, time.UTC),
	Timestamp: 90_000, Packets: 1234, Octets: 567_890,
}

// Of the report's bytes: 2 September 2004 12:00 is 0xC4E189C0 s after 1900, half
// a second 0x80000000.
const senderReport = "80c80006 cafe0001 c4e189c0 80000000 00015f90 000004d2 0008aa52"

func TestAppendReports(t *testing.T) {
	report := rtcp.ReceptionReport{SSRC: 7, FractionLost: 64, TotalLost: 0x010203, LastSequenceNumber: 0x1FFFF, Jitter: 9, LastSenderReport: 10, Delay: 11}
	receiver, err := AppendReceiverReport(nil, 0xB, []rtcp.ReceptionReport{report}, "abc")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"sender report", AppendSenderReport(nil, testSender, "a"), senderReport + "81ca0002 cafe0001 01016100"},
		{"bye", AppendBye(nil, testSender, "ab"), senderReport + "81ca0003 cafe0001 01026162 00000000 81cb0001 cafe0001"},
		{"receiver report", receiver, "81c90007 0000000b 00000007 40010203 0001ffff 00000009 0000000a 0000000b 81ca0003 0000000b 01036162 63000000"},
	}
	for _, tt := range tests {
		if got := fmt.Sprintf("%x", tt.got); got != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%s\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
		all, err := rtcp.Unmarshal(tt.got)
		if err != nil || rtcp.CompoundPacket(all).Validate() != nil {
			t.Errorf("%s: pion says %v, %v", tt.name, err, rtcp.CompoundPacket(all).Validate())
		}
	}
}

func TestReadReceiverReport(t *testing.T) {
	report := rtcp.ReceptionReport{SSRC: 7, FractionLost: 64, TotalLost: 0x010203, LastSequenceNumber: 0x1FFFF, Jitter: 9, LastSenderReport: 10, Delay: 11}
	receiver, err := AppendReceiverReport(nil, 0xB, []rtcp.ReceptionReport{report}, "abc")
	if err != nil {
		t.Fatal(err)
	}
	it := NewRTCPIter(receiver)
	if !it.Next() {
		t.Fatal(it.Err())
	}
	if r, ok := it.Report(0); !ok || r != report {
		t.Errorf("read %+v, %t", r, ok)
	}
	for _, i := range []int{-1, 1, 31} {
		if _, ok := it.Report(i); ok {
			t.Errorf("report %d was found", i)
		}
	}
	if !it.Next() || string(it.CNAME()) != "abc" {
		t.Errorf("CNAME %q, %v", it.CNAME(), it.Err())
	}
	if _, ok := it.Report(0); ok {
		t.Error("an SDES message has a report")
	}
	if it.Next() || it.Err() != nil {
		t.Errorf("a third message, %v", it.Err())
	}
}

// Reports of a sender come after what it says of itself.
func TestReportOfSender(t *testing.T) {
	r := rtcp.SenderReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 2}, {SSRC: 3, Jitter: 4}}}
	b, err := r.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	it := NewRTCPIter(b)
	if !it.Next() {
		t.Fatal(it.Err())
	}
	if got, ok := it.Report(1); !ok || got != r.Reports[1] {
		t.Errorf("%+v, %t", got, ok)
	}
}

func TestCNAMELengths(t *testing.T) {
	for n := range 300 {
		name := strings.Repeat("n", n)
		b := AppendBye(nil, testSender, name)
		it := NewRTCPIter(b)
		messages := 0
		for it.Next() {
			messages++
			if got := it.CNAME(); it.Type == rtcp.TypeSourceDescription && string(got) != name[:min(n, 255)] {
				t.Fatalf("CNAME of %d bytes read as %d", n, len(got))
			}
		}
		if it.Err() != nil || messages != 3 {
			t.Fatalf("CNAME of %d bytes: %d messages, %v", n, messages, it.Err())
		}
		if _, err := rtcp.Unmarshal(b); err != nil {
			t.Fatalf("CNAME of %d bytes: pion says %v", n, err)
		}
	}
}

func TestReportsAllocateNothing(t *testing.T) {
	buf := make([]byte, 0, 512)
	if n := testing.AllocsPerRun(10, func() {
		buf = AppendBye(buf[:0], testSender, "caracal")
		for it := NewRTCPIter(buf); it.Next(); {
			it.Report(0)
			it.CNAME()
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever comes in, no more than it is looked at; what pion reads as a
// compound packet is walked over too.
func FuzzRTCPIter(f *testing.F) {
	for _, v := range vector.Read(f, "nack.txt") {
		f.Add(v.Bytes(f, "hex"))
	}
	f.Add(AppendBye(nil, testSender, "caracal"))
	f.Fuzz(func(t *testing.T, b []byte) {
		it := NewRTCPIter(b)
		size := 0
		for it.Next() {
			size += rtcpHeadSize + len(it.Body)
			if len(it.CNAME()) > 255 || size > len(b) {
				t.Fatalf("CNAME of %d bytes, %d of %d bytes", len(it.CNAME()), size, len(b))
			}
			for i := range int(it.Count) {
				it.Report(i)
			}
		}
		if all, err := rtcp.Unmarshal(b); err == nil && len(all) <= MaxRTCPMessages && len(b) > 0 && b[0]&0x20 == 0 && it.Err() != nil && it.seen == 1 {
			t.Fatalf("pion reads %d messages, we none: %v", len(all), it.Err())
		}
	})
}
