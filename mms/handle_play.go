package mms

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// startPlaying begins to stream, [MS-MMSP] 3.2.5.11.
func (c *conn) startPlaying(body []byte) (goOn bool, err error) {
	m, err := ParseStartPlaying(body)
	if err != nil {
		return false, err
	}
	want, wrong := c.request(&m.Position)
	want.AccelBW, want.AccelDuration = m.AccelBandwidth, time.Duration(m.AccelDuration)*time.Millisecond
	if m.LinkBandwidth > 0 {
		want.AccelBW = min(want.AccelBW, m.LinkBandwidth)
	}
	return c.play(m.OpenFileID, m.PlayIncarnation, want, wrong, func(hr HRESULT) Appender {
		return &ReportStartedPlaying{HR: hr, PlayIncarnation: m.PlayIncarnation, TigerFileID: openFileID}
	})
}

// startStriding begins a fast forward or a rewind, [MS-MMSP] 3.2.5.12.
func (c *conn) startStriding(body []byte) (goOn bool, err error) {
	m, err := ParseStartStriding(body)
	if err != nil {
		return false, err
	}
	m.FrameOffset = 0 // to be ignored
	want, wrong := c.request(&m.Position)
	if wrong == nil {
		wrong = m.CheckRate()
	}
	if c.player.entry.Info().Broadcast {
		return c.refuse(&ReportStartStriding{HR: EInvalidRequest, PlayIncarnation: m.PlayIncarnation}, EInvalidRequest, "a broadcast has one speed")
	}
	want.Rate = m.Rate
	return c.play(m.OpenFileID, m.PlayIncarnation, want, wrong, func(hr HRESULT) Appender {
		return &ReportStartStriding{HR: hr, PlayIncarnation: m.PlayIncarnation}
	})
}

// play is what both have in common. wrong is what is the matter with the
// request, report makes the answer.
func (c *conn) play(file, incarnation uint32, want point.Request, wrong error, report func(HRESULT) Appender) (bool, error) {
	p := c.player
	if file != openFileID {
		return c.refuse(report(EInvalidArg), EInvalidArg, "not the file that is open")
	}
	want.Selection = p.selection()
	if want.Selection.Nothing() {
		return c.refuse(report(ENoStream), ENoStream, "no stream is selected")
	}
	var start point.Start
	var st *stream
	options := p.options(want)
	if wrong == nil {
		start, wrong = point.Prepare(p.entry, options, want)
	}
	var reserved *session.Reservation
	if wrong == nil {
		reserved, wrong = start.Reserve(p.entry, p.ses)
	}
	if wrong == nil {
		st, wrong = c.newStream(incarnation, options.Batch, want.Selection, &start)
	}
	if wrong == nil {
		st.sought, st.reserved = want.Position.By != point.ByStart, reserved
	} else {
		reserved.Release()
	}
	if wrong != nil {
		return c.refuseError(report, wrong)
	}
	begun := event.Playing{
		Player: p.ses.Who(), Media: point.MediaOf(p.entry), Packet: start.Packet, Rate: start.Rate, Speed: start.Speed,
		Streams: p.streams(want.Selection), Selected: p.selected, Transport: p.transport(),
	}
	c.Streams(+1)
	c.Post(func() { c.tx.play(report(SOK), st, start, begun) })
	return true, nil
}

// request turns where to begin and to stop into what the core understands.
func (c *conn) request(at *Position) (point.Request, error) {
	want := point.Request{Rate: 1}
	from, err := at.Start()
	if err != nil {
		return want, err
	}
	streaming := c.Streaming()
	here, turned := c.position(streaming)
	goesOn := streaming && (turned || !seeks(at))
	switch {
	case goesOn && c.player.entry.Info().Broadcast: // see resume
	case goesOn:
		want.Position = point.Position{By: point.ByPacket, Value: here}
	case from.Unit == Packets:
		want.Position = point.Position{By: point.ByPacket, Value: int64(from.Number)}
	case from.Unit == Bytes:
		want.Position = c.player.offset(int64(from.Number))
	case from.Seconds > 0:
		want.Position = point.Position{By: point.ByTime, Value: milliseconds(from.Seconds)}
		if streaming {
			want.Position.Value = c.player.withoutPreroll(want.Position.Value)
		}
	}
	if ms, relative, ok := at.Stop(); ok {
		want.MaxDuration = stopAfter(int64(ms), relative, from)
	}
	return want, nil
}

// maxSeconds bounds a position before it becomes whole milliseconds.
const maxSeconds = 1e9

func milliseconds(seconds float64) int64 { return int64(min(seconds, maxSeconds) * 1000) }

// stopAfter is how much media there is up to a stop; 0 is all that follows. An
// absolute stop counts from the beginning of the content, and where packets or
// bytes lie in that only the content knows: it plays to the end then.
func stopAfter(ms int64, relative bool, from Start) time.Duration {
	if !relative {
		if from.Unit != Seconds {
			return 0
		}
		ms = max(ms-milliseconds(from.Seconds), 1)
	}
	return time.Duration(ms) * time.Millisecond
}

// offset is a position in bytes of the file. The player counts from the
// beginning of the header that it got, which may be shorter than the file's.
func (p *player) offset(n int64) point.Position {
	packets := n - int64(len(p.header))
	if packets >= 0 && packets%int64(p.entry.Info().PacketSize) == 0 {
		return point.Position{By: point.ByOffset, Value: packets, FromData: true}
	}
	return point.Position{By: point.ByOffset, Value: n}
}

// position is where the stream is, 0 if there is none or it has just ended; and whether
// its player has been sent another header over TCP and has not said StartPlaying since:
// that one says no place to go to, [MS-MMSP] 3.1.4.4 and 3.2.5.11.
func (c *conn) position(streaming bool) (packet int64, turned bool) {
	if !streaming {
		return 0, false
	}
	done := make(chan struct{})
	c.Post(func() {
		if st := c.tx.stream; st != nil {
			packet = st.play.Position()
			turned = st.out == nil && (st.turn.told || st.incarnation == HeaderIncarnationTCP)
		}
		close(done)
	})
	<-done
	return packet, turned
}

// stopPlaying ends the stream and keeps the session, [MS-MMSP] 3.2.5.14.
func (c *conn) stopPlaying(body []byte) (goOn bool, err error) {
	m, err := ParseStopPlaying(body)
	if err != nil {
		return false, err
	}
	c.Post(func() { c.tx.stop(m.PlayIncarnation) })
	return true, nil
}
