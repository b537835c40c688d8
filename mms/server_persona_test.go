package mms_test

import (
	"bytes"
	"testing"

	"caracal/mms"
)

// Windows Media Player 6.4 over TCP, [MS-MMSP] 4.3.
func TestPlayer64(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	if r := p.greet(player64); r.ServerVersionInfo == "" || r.PlayIncarnation != mms.DisablePacketPair {
		t.Errorf("%+v", r)
	}
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	if r := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo); r.Cubs == 0 || len(r.Pair) != 0 || r.PlayIncarnation != mms.DisablePacketPair {
		t.Errorf("%+v", r)
	}
	p.funnel(overTCP)
	r := p.open("clip.wmv")
	if r.HR != 0 || r.OpenFileID != 1 || r.PlayIncarnation != 1 || r.FilePacketSize != clipPacket || r.FileDuration != 1 ||
		r.FilePacketCount != uint64(shortClip().count()) || int(r.FileHeaderSize) != len(shortClip().header) ||
		r.FileAttributes != mms.FileCanSeek|mms.FileCanStride || r.FileBlocks != 1 || r.FileBitRate == 0 {
		t.Errorf("%+v", r)
	}
	if h := p.header(2); !bytes.Equal(h, shortClip().header) {
		t.Errorf("the header differs: %d bytes", len(h))
	}
	p.choose(1, 2)
	p.start(beginning, 3)
	p.end(3)
	if len(p.data) != shortClip().count() {
		t.Errorf("%d packets of %d", len(p.data), shortClip().count())
	}
	check(t, p.data, shortClip(), 0, 3, 0)
	p.say(&mms.CloseFile{OpenFileID: 1})
	p.closed()
	s.waitFor("the session ends", s.noSession)
}
