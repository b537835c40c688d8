package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"caracal/rtsp"
)

// heard is what came of a connection's bytes.
type heard struct {
	packets, bytes, gaps, bad int64
	responses, requests       int
}

// hear feeds input in pieces of n bytes. Channel 0 has RTP, channel 1 RTCP.
func hear(input []byte, n int) (heard, error) {
	c := &client{began: time.Unix(0, 0)}
	s := &sources{client: c, streams: 1}
	var h heard
	in := &interleaved{sources: s, asked: func(*rtsp.Request) error { h.requests++; return nil }}
	in.channels[0], in.channels[1] = channelMedia, channelControl
	var err error
	for rest := input; len(rest) > 0 && err == nil; {
		piece := rest[:min(n, len(rest))]
		rest = rest[len(piece):]
		for len(piece) > 0 && err == nil {
			var used int
			used, err = in.feed(piece, time.Unix(1, 0))
			piece = piece[used:]
			if in.response != nil {
				h.responses++
				in.response = nil
			}
		}
	}
	h.packets, h.bytes, h.gaps, h.bad = c.packets.Load(), c.bytes.Load(), c.gaps.Load(), c.bad.Load()
	return h, err
}

// rtpFrame appends an RTP packet with a payload of 10 bytes on channel 0.
func rtpFrame(b []byte, seq uint16) []byte {
	b = rtsp.AppendFrameHead(b, 0, rtsp.RTPHeadSize+10)
	return append(append(b, rtpHead(1, seq)...), "$123456789"...)
}

func controlFrame(b, packet []byte) []byte {
	return append(rtsp.AppendFrameHead(b, 1, len(packet)), packet...)
}

func TestInterleaved(t *testing.T) {
	const response = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\n$$$$$"
	const request = "SET_PARAMETER * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
	report := rtsp.AppendSenderReport(nil, rtsp.SenderInfo{SSRC: 1}, "fake")
	bye := rtsp.AppendBye(nil, rtsp.SenderInfo{SSRC: 1}, strings.Repeat("x", 255))
	tests := []struct {
		name  string
		input []byte
		want  heard
		err   error
	}{
		{"frames", rtpFrame(rtpFrame(nil, 1), 2), heard{packets: 2, bytes: 20}, nil},
		{"a gap", rtpFrame(rtpFrame(nil, 1), 3), heard{packets: 2, bytes: 20, gaps: 1}, nil},
		{"messages between them", rtpFrame(append(rtpFrame([]byte(response+request), 1), "\r\n"+response...), 2),
			heard{packets: 2, bytes: 20, responses: 2, requests: 1}, nil},
		{"reports", rtpFrame(controlFrame(nil, report), 2), heard{packets: 1, bytes: 10}, nil},
		{"goodbye", rtpFrame(controlFrame(rtpFrame(nil, 1), bye), 2), heard{packets: 1, bytes: 10}, errOver},
		{"a long report", rtpFrame(controlFrame(nil, bytes.Repeat(report, 90)), 1), heard{packets: 1, bytes: 10, bad: 1}, nil},
		{"an empty frame", rtpFrame([]byte{'$', 1, 0, 0}, 1), heard{packets: 1, bytes: 10}, nil},
		{"an empty packet", rtpFrame([]byte{'$', 0, 0, 0}, 1), heard{packets: 1, bytes: 10, bad: 1}, nil},
		{"a channel of nobody's", rtpFrame([]byte{'$', 7, 0, 1, 'x'}, 1), heard{packets: 1, bytes: 10, bad: 1}, nil},
	}
	for _, tt := range tests {
		for _, n := range []int{1, 2, 3, 4, 5, 7, 11, 15, 16, 17, 64, 4096, 1 << 20} {
			got, err := hear(tt.input, n)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%s in pieces of %d: %+v, %v, want %+v, %v", tt.name, n, got, err, tt.want, tt.err)
			}
		}
	}
}

func TestInterleavedRefuses(t *testing.T) {
	for _, input := range []string{"\x80\x60", "no RTSP\r\n\r\n", "RTSP/2.0 200 OK\r\n\r\n", "SETUP * RTSP/1.0\r\nContent-Length: x\r\n\r\n"} {
		if got, err := hear([]byte(input), 3); err == nil || errors.Is(err, errOver) || got != (heard{bad: 1}) {
			t.Errorf("%q: %+v, %v", input, got, err)
		}
	}
}

// How the bytes are cut must not matter, and nothing may break the parser.
func FuzzInterleaved(f *testing.F) {
	f.Add(rtpFrame(rtpFrame([]byte("RTSP/1.0 200 OK\r\n\r\n"), 0), 1), 7)
	f.Add(controlFrame([]byte("\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"), rtsp.AppendBye(nil, rtsp.SenderInfo{}, "x")), 3)
	f.Add([]byte{'$', 0, 0, 2, 1, 2, '$', 1, 0, 0}, 1)
	f.Fuzz(func(t *testing.T, input []byte, n int) {
		whole, err := hear(input, len(input)+1)
		cut, errCut := hear(input, max(1, n))
		if whole != cut || (err == nil) != (errCut == nil) || errors.Is(err, errOver) != errors.Is(errCut, errOver) {
			t.Errorf("%q: %+v %v, in pieces of %d %+v %v", input, whole, err, n, cut, errCut)
		}
	})
}

func BenchmarkInterleaved(b *testing.B) {
	var input []byte
	for i := range 27 {
		input = append(rtsp.AppendFrameHead(input, 0, rtsp.RTPHeadSize+1400), rtpHead(1, uint16(i))...)
		input = append(input, make([]byte, 1400)...)
	}
	in := &interleaved{sources: &sources{client: &client{}}}
	in.channels[0] = channelMedia
	now := time.Now()
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := in.feed(input, now); err != nil {
			b.Fatal(err)
		}
	}
}

func TestInterleavedDoesNotAllocate(t *testing.T) {
	in := &interleaved{sources: &sources{client: &client{began: time.Unix(0, 0)}}}
	in.channels[0], in.channels[1] = channelMedia, channelControl
	input := controlFrame(rtpFrame(rtpFrame(nil, 1), 2), rtsp.AppendSenderReport(nil, rtsp.SenderInfo{SSRC: 1}, "fake"))
	in.feed(input, time.Unix(1, 0)) // meets the source
	if n := testing.AllocsPerRun(100, func() { in.feed(input, time.Unix(1, 0)) }); n != 0 {
		t.Errorf("%v allocations for two packets and a report", n)
	}
}
