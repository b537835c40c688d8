package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
	"caracal/msb"
)

// What is checked as a file has these bounds. A broadcast is listened to beyond
// them, other content is not.
const (
	checkPackets = 2000
	checkBytes   = 16 << 20
)

// ofFiles are the issues that only a whole file can have.
var ofFiles = []string{
	"not-finished", "no-index", "file-size-zero", "file-size-wrong", "cut-off", "packet-count-zero",
	"packet-count-wrong", "data-size-wrong", "duration-wrong", "time-base", "not-seekable",
}

var errHeard = errors.New("enough was heard")

// heardReport is what came of a stream.
type heardReport struct {
	Seconds     float64 `json:"seconds"`
	Packets     int     `json:"packets"`
	Lost        uint64  `json:"lost"`
	Repaired    uint64  `json:"repaired"` // from parity, of those that came
	CleanPoints int     `json:"clean_points"`
	BitRate     uint64  `json:"bit_rate"`           // of packets by their send times; 0: not known
	Declared    uint32  `json:"declared_bit_rate"`  // by the header
	Drift       *int64  `json:"drift_ms,omitempty"` // how far send times have run ahead of the clock
	DriftTime   float64 `json:"drift_seconds"`      // in that time
	Ended       bool    `json:"ended"`
	Changed     bool    `json:"changed"` // another header came, at which listening ended
}

// heard is a stream that is listened to.
type heard struct {
	declared  *report // nil before the header
	report    heardReport
	issues    []asf.Issue
	multicast bool // nobody begins at a clean point

	raw   []byte // the header, as it came
	size  int    // of packets
	lead  uint8  // stream whose clean points count
	audio bool   // there all objects are clean points
	live  bool
	file  []byte // what is checked
	kept  int    // packets in it
	begun time.Time
	drift drift
}

func newHeard() *heard { return &heard{begun: time.Now()} }

func (h *heard) fail(s asf.Severity, code, format string, args ...any) {
	h.issues = append(h.issues, asf.Issue{Severity: s, Code: code, Text: fmt.Sprintf(format, args...)})
}

// header takes the header of the stream.
func (h *heard) header(b []byte) error {
	head, _, err := asf.ParseHeader(b)
	if err != nil {
		return err
	}
	f := head.File()
	if f == nil || len(head.Streams()) == 0 {
		return asf.ErrInvalid
	}
	h.raw, h.size, h.begun = bytes.Clone(b), int(f.MaxPacketSize), time.Now()
	h.declared = reportHeader("", head)
	h.live, h.report.Declared = h.declared.Broadcast, h.declared.BitRate
	h.lead, h.audio = head.Streams()[0].Number(), true
	for _, s := range head.Streams() {
		if s.Kind() == asf.Video && h.audio {
			h.lead, h.audio = s.Number(), false
		}
	}
	h.file = asf.DataHead{FileID: f.FileID, Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(head.Append(nil))
	return nil
}

// take takes an event; false when there is enough.
func (h *heard) take(e pull.Event) bool {
	switch e.Kind {
	case pull.GotGap:
		h.report.Lost += uint64(e.Lost)
	case pull.GotHeader:
		if !bytes.Equal(e.Header, h.raw) { // over HTTP it comes a second time
			h.report.Changed = true
			return false
		}
	case pull.GotPacket:
		return h.packet(e.Data, time.Now())
	}
	return true
}

// Header takes the header of a multicast's entry.
func (h *heard) Header(b []byte) error {
	if h.report.Packets > 0 {
		h.report.Changed = true
		return errHeard
	}
	return h.header(b)
}

// Packet takes a packet of a multicast.
func (h *heard) Packet(r msb.Received) error {
	if !h.packet(r.Data, time.Now()) {
		return errHeard
	}
	return nil
}

// packet counts a packet, and keeps it if there is room; false when there is
// enough.
func (h *heard) packet(b []byte, now time.Time) bool {
	h.report.Packets++
	var p asf.Packet
	if err := asf.ParsePacket(b, &p); err == nil && !p.Opaque { // else the check of the file says more
		h.drift.add(p.SendTime, len(b), now)
		h.report.CleanPoints += h.cleanPoints(&p)
	}
	if h.multicast && h.report.CleanPoints == 0 {
		return true // what was tuned in to has no beginning
	}
	if h.kept == checkPackets || len(h.file)+h.size > checkBytes {
		return h.live
	}
	if file, err := asf.AppendPadded(h.file, b, h.size); err == nil {
		h.file = file
		h.kept++
	}
	return true
}

// cleanPoints counts those of the stream that matters in a packet.
func (h *heard) cleanPoints(p *asf.Packet) (n int) {
	for it := p.Payloads(); it.Next(); {
		if pl := &it.Payload; pl.Stream == h.lead && pl.Offset == 0 && (pl.Key || h.audio) {
			n++
		}
	}
	return n
}

// judge says what is wrong, at the end.
func (h *heard) judge() {
	r := &h.report
	r.Seconds = time.Since(h.begun).Seconds()
	if r.Packets == 0 && h.multicast {
		h.fail(asf.Error, "silent", "No packet came: nobody sends, or the network carries no multicasts to this machine, or to another --interface.")
		return
	}
	if r.Packets == 0 {
		h.fail(asf.Error, "silent", "No packet came: nobody sends anything there now.")
		return
	}
	if h.kept > 0 {
		h.judgeFile()
	}
	r.BitRate = h.drift.rate()
	if r.Lost > 0 {
		h.fail(asf.Warning, "packets-lost", "%d packets were lost on the way; %d came.", r.Lost, r.Packets)
	}
	if r.CleanPoints == 0 && h.drift.media() >= 10*time.Second {
		h.fail(asf.Warning, "no-clean-point", "No key frame came: who joins now sees nothing for %v and more.",
			h.drift.media().Round(time.Second))
	}
	if ms, over, ok := h.drift.measured(); ok && h.live {
		r.Drift, r.DriftTime = &ms, over.Seconds()
		if d := time.Duration(ms) * time.Millisecond; d.Abs() > over/20 {
			h.fail(asf.Warning, "clock-drift", "Send times went %d ms ahead of the clock in %v: players run dry, or their buffers over.",
				ms, over.Round(100*time.Millisecond))
		}
	}
}

// judgeFile checks what came as a file.
func (h *heard) judgeFile() {
	rd, err := asf.NewReader(bytes.NewReader(h.file), int64(len(h.file)))
	if err != nil {
		h.fail(asf.Error, "not-playable", "%s", notPlayable(err))
		return
	}
	for _, is := range rd.Check() {
		if !slices.Contains(ofFiles, is.Code) && !(h.multicast && is.Code == "key-frame-first") {
			h.issues = append(h.issues, is)
		}
	}
}
