package mms

import "math"

// Position is where StartPlaying and StartStriding begin and end.
type Position struct {
	Position    float64 // seconds from the beginning, or math.MaxFloat64: look below
	ASFOffset   uint32  // bytes from the file's beginning; 0 and 0xFFFFFFFF: none
	LocationID  uint32  // number of the ASF packet; 0 and 0xFFFFFFFF: none
	FrameOffset uint32  // see Stop
}

// NoPosition is ASFOffset and LocationID when they say nothing.
const NoPosition uint32 = 0xFFFFFFFF

// Unit says what a Start counts.
type Unit byte

const (
	Seconds Unit = iota
	Packets      // ASF data packets
	Bytes        // of the ASF file, header included
)

// Start is a place in the content, in one of three units.
type Start struct {
	Unit    Unit
	Seconds float64
	Number  uint32 // packets or bytes
}

// Start returns where to begin. libmms asks for a packet with a position of 0
// instead of the largest number, so a LocationID or ASFOffset that says
// something is followed whenever the time is 0. Times that are no time are
// refused.
func (p *Position) Start() (Start, error) {
	t := p.Position
	if math.IsNaN(t) || t < 0 || math.IsInf(t, 1) {
		return Start{}, &ParseError{"position", 0, ErrInvalid}
	}
	if t > 0 && t != math.MaxFloat64 {
		return Start{Unit: Seconds, Seconds: t}, nil
	}
	switch {
	case says(p.LocationID):
		return Start{Unit: Packets, Number: p.LocationID}, nil
	case says(p.ASFOffset):
		return Start{Unit: Bytes, Number: p.ASFOffset}, nil
	}
	return Start{}, nil
}

func says(n uint32) bool { return n != 0 && n != NoPosition }

// Bits of FrameOffset.
const (
	stopRelative = 1 << 31
	stopMask     = stopRelative - 1

	// stopNever is the FrameOffset of FFmpeg, libmms and VLC, which take the
	// field for three bytes of a limit and one of flags: it would end after
	// 4 h 39 min.
	stopNever = 0x00FFFFFF
)

// Stop returns the time at which to end, in ms from the beginning of the
// content or, if relative, from the start; ok is false when it plays to the end.
func (p *Position) Stop() (ms uint32, relative, ok bool) {
	if p.FrameOffset == 0 || p.FrameOffset == stopNever || p.FrameOffset == NoPosition {
		return 0, false, false
	}
	return p.FrameOffset & stopMask, p.FrameOffset&stopRelative != 0, true
}

func (f *fields) position() Position {
	return Position{f.float(), f.u32(), f.u32(), f.u32()}
}

func (p *Position) append(b []byte) []byte {
	return appendU32(appendFloat(b, p.Position), p.ASFOffset, p.LocationID, p.FrameOffset)
}
