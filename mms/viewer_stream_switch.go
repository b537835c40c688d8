package mms

import "encoding/binary"

// StreamSwitch is LinkViewerToMacStreamSwitch, [MS-MMSP] 2.2.4.28: before
// StartPlaying the state of all streams, later what is to change.
type StreamSwitch struct {
	Entries []StreamSwitchEntry
}

// StreamSwitchEntry is STREAM_SWITCH_ENTRY, [MS-MMSP] 2.2.4.28.1: the
// destination replaces the source.
type StreamSwitchEntry struct {
	SrcStreamNumber uint16 // or NoStream: only to select the other
	DstStreamNumber uint16 // or NoStream: the source is switched off
	ThinningLevel   Thinning
}

// NoStream is a stream number that is none.
const NoStream uint16 = 0xFFFF

// Thinning says which media objects of a stream are sent.
type Thinning uint16

const (
	ThinNothing    Thinning = 0 // all of them
	ThinKeyFrames  Thinning = 1 // key frames only
	ThinEverything Thinning = 2 // none
)

const (
	streamSwitchEntrySize = 6 // bytes

	// MaxStreamSwitches is how many entries are read. An ASF file has 127
	// streams at most, and each can be a source and a destination.
	MaxStreamSwitches = 2 * 127
)

// ParseStreamSwitch parses the Body of a MIDStreamSwitch.
func ParseStreamSwitch(body []byte) (StreamSwitch, error) {
	if err := checkBody(MIDStreamSwitch, body, 4); err != nil {
		return StreamSwitch{}, err
	}
	f := fields{body}
	n := f.u32()
	if n > MaxStreamSwitches {
		return StreamSwitch{}, &ParseError{MIDStreamSwitch.String(), messageHeadSize, ErrLimit}
	}
	if len(f.b) < int(n)*streamSwitchEntrySize {
		return StreamSwitch{}, &ParseError{MIDStreamSwitch.String(), messageHeadSize, ErrInvalid}
	}
	m := StreamSwitch{Entries: make([]StreamSwitchEntry, n)}
	for i := range m.Entries {
		m.Entries[i] = StreamSwitchEntry{f.u16(), f.u16(), Thinning(f.u16())}
	}
	return m, nil
}

// Append appends the message.
func (m *StreamSwitch) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDStreamSwitch)
	b = appendU32(b, uint32(len(m.Entries)))
	for _, e := range m.Entries {
		b = binary.LittleEndian.AppendUint16(b, e.SrcStreamNumber)
		b = binary.LittleEndian.AppendUint16(b, e.DstStreamNumber)
		b = binary.LittleEndian.AppendUint16(b, uint16(e.ThinningLevel))
	}
	return endMessage(b, at)
}
