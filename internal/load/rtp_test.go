package main

import (
	"encoding/binary"
	"testing"
	"time"

	"caracal/rtsp"
)

// rtpHead makes the header of an RTP packet.
func rtpHead(ssrc uint32, seq uint16) []byte {
	b := []byte{0x80, 96, byte(seq >> 8), byte(seq), 0, 0, 0, 0}
	return binary.BigEndian.AppendUint32(b, ssrc)
}

func TestSources(t *testing.T) {
	type counts struct{ packets, gaps, lost, late, bad int64 }
	tests := []struct {
		name   string
		expect []uint16 // the first packet of SSRC 1, as RTP-Info says it
		seqs   []uint16
		want   counts
	}{
		{"in order", nil, []uint16{5, 6, 7}, counts{packets: 3}},
		{"around the end", nil, []uint16{65534, 65535, 0, 1}, counts{packets: 4}},
		{"begins as told", []uint16{5}, []uint16{5, 6}, counts{packets: 2}},
		{"begins late", []uint16{5}, []uint16{8, 9}, counts{packets: 2, gaps: 1, lost: 3}},
		{"a hole", nil, []uint16{1, 2, 5, 6, 9}, counts{packets: 5, gaps: 2, lost: 4}},
		{"swapped", nil, []uint16{1, 3, 2, 4}, counts{packets: 4, gaps: 1, late: 1}},
		{"comes twice", nil, []uint16{1, 2, 2, 3, 1}, counts{packets: 5, late: 2}},
		{"late, and again", nil, []uint16{1, 4, 2, 2, 3}, counts{packets: 5, gaps: 1, late: 3}},
		{"older than the first", nil, []uint16{9, 8, 10}, counts{packets: 3, late: 1}},
		{"a large hole", nil, []uint16{1, 1002, 1001, 900}, counts{packets: 4, gaps: 1, lost: 999, late: 2}},
	}
	for _, tt := range tests {
		c := &client{began: time.Unix(0, 0)}
		s := sources{client: c}
		for _, seq := range tt.expect {
			s.expect(1, seq)
		}
		for i, seq := range tt.seqs {
			// A second source beside it, which loses nothing, changes nothing.
			s.packet(rtpHead(1, seq), 112, time.Unix(1, 0))
			s.packet(rtpHead(2, uint16(i)), 112, time.Unix(1, 0))
		}
		n := int64(len(tt.seqs))
		got := counts{c.packets.Load() - n, c.gaps.Load(), c.lost.Load(), c.late.Load(), c.bad.Load()}
		if got != tt.want || c.bytes.Load() != 200*n {
			t.Errorf("%s: %+v, %d bytes, want %+v", tt.name, got, c.bytes.Load(), tt.want)
		}
	}
}

func TestSourcesRefuse(t *testing.T) {
	c := &client{began: time.Unix(0, 0)}
	s := sources{client: c}
	s.packet(nil, 0, time.Unix(1, 0))
	s.packet(make([]byte, 12), 12, time.Unix(1, 0)) // of no version
	s.packet(rtpHead(1, 1)[:11], 11, time.Unix(1, 0))
	for i := range uint32(maxSources + 3) {
		s.packet(rtpHead(i, 0), 12, time.Unix(1, 0))
	}
	if c.bad.Load() != 6 || c.packets.Load() != maxSources {
		t.Errorf("bad %d, packets %d", c.bad.Load(), c.packets.Load())
	}
}

func TestControl(t *testing.T) {
	report := rtsp.AppendSenderReport(nil, rtsp.SenderInfo{SSRC: 1}, "fake")
	bye := rtsp.AppendBye(nil, rtsp.SenderInfo{SSRC: 1}, "fake")
	tests := []struct {
		name    string
		packets [][]byte
		err     error
		bad     int64
	}{
		{"reports", [][]byte{report, report, report}, nil, 0},
		{"one stream ends", [][]byte{report, bye}, nil, 0},
		{"both streams end", [][]byte{bye, report, bye}, errOver, 0},
		{"cut short", [][]byte{report[:5]}, nil, 1},
		{"empty", [][]byte{nil}, nil, 0},
	}
	for _, tt := range tests {
		c := &client{}
		s := sources{client: c, streams: 2}
		var err error
		for _, b := range tt.packets {
			err = s.control(b)
		}
		if err != tt.err || c.bad.Load() != tt.bad {
			t.Errorf("%s: %v, bad %d, want %v, %d", tt.name, err, c.bad.Load(), tt.err, tt.bad)
		}
	}
}
