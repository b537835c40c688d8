package mms

import "math"

// StartPlaying is LinkViewerToMacStartPlaying, [MS-MMSP] 2.2.4.25.
type StartPlaying struct {
	OpenFileID uint32
	Padding    uint32 // to be ignored
	Position
	PlayIncarnation uint32 // of the data packets that carry ASF packets

	// Players since Windows Media Format 9 ask for a Fast Start when the server
	// says that it is 9 or later; 0 when they do not. The three come together,
	// or the first two.
	AccelBandwidth uint32 // bits per second of the beginning
	AccelDuration  uint32 // ms of media in the beginning
	LinkBandwidth  uint32 // bits per second of the player's connection
}

// ParseStartPlaying parses the Body of a MIDStartPlaying.
func ParseStartPlaying(body []byte) (StartPlaying, error) {
	const fixed = 32
	if err := checkBody(MIDStartPlaying, body, fixed); err != nil {
		return StartPlaying{}, err
	}
	f := fields{body}
	m := StartPlaying{
		OpenFileID:      f.u32(),
		Padding:         f.u32(),
		Position:        f.position(),
		PlayIncarnation: f.u32(),
	}
	if len(f.b) >= 8 {
		m.AccelBandwidth, m.AccelDuration = f.u32(), f.u32()
	}
	if len(f.b) >= 4 {
		m.LinkBandwidth = f.u32()
	}
	return m, nil
}

// Append appends the message; without the optional fields when all are 0.
func (m *StartPlaying) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDStartPlaying)
	b = m.Position.append(appendU32(b, m.OpenFileID, m.Padding))
	b = appendU32(b, m.PlayIncarnation)
	if m.AccelBandwidth|m.AccelDuration|m.LinkBandwidth != 0 {
		b = appendU32(b, m.AccelBandwidth, m.AccelDuration, m.LinkBandwidth)
	}
	return endMessage(b, at)
}

// StartStriding is LinkViewerToMacStartStriding, [MS-MMSP] 2.2.4.26: fast
// forward and rewind. Its FrameOffset is to be ignored.
type StartStriding struct {
	OpenFileID uint32
	Padding    uint32 // to be ignored
	Position
	PlayIncarnation uint32
	Rate            float64 // from -MaxRate to MaxRate, not 0; see CheckRate
}

// MaxRate is the fastest Rate in both directions.
const MaxRate = 5.0

// ParseStartStriding parses the Body of a MIDStartStriding.
func ParseStartStriding(body []byte) (StartStriding, error) {
	if err := checkBody(MIDStartStriding, body, 40); err != nil {
		return StartStriding{}, err
	}
	f := fields{body}
	return StartStriding{
		OpenFileID:      f.u32(),
		Padding:         f.u32(),
		Position:        f.position(),
		PlayIncarnation: f.u32(),
		Rate:            f.float(),
	}, nil
}

// CheckRate refuses what is no rate; the answer is an HRESULT.
func (m *StartStriding) CheckRate() error {
	if math.IsNaN(m.Rate) || m.Rate == 0 || math.Abs(m.Rate) > MaxRate {
		return &ParseError{"rate", 0, ErrInvalid}
	}
	return nil
}

// Append appends the message.
func (m *StartStriding) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDStartStriding)
	b = m.Position.append(appendU32(b, m.OpenFileID, m.Padding))
	return endMessage(appendFloat(appendU32(b, m.PlayIncarnation), m.Rate), at)
}

// StopPlaying is LinkViewerToMacStopPlaying, [MS-MMSP] 2.2.4.27.
type StopPlaying struct {
	OpenFileID      uint32
	PlayIncarnation uint32 // comes back in ReportEndOfStream, whatever it is
}

// ParseStopPlaying parses the Body of a MIDStopPlaying.
func ParseStopPlaying(body []byte) (StopPlaying, error) {
	if err := checkBody(MIDStopPlaying, body, 8); err != nil {
		return StopPlaying{}, err
	}
	f := fields{body}
	return StopPlaying{f.u32(), f.u32()}, nil
}

// Append appends the message.
func (m *StopPlaying) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDStopPlaying)
	return endMessage(appendU32(b, m.OpenFileID, m.PlayIncarnation), at)
}
