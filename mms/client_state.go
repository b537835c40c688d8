package mms

// PlayIncarnation has these values, [MS-MMSP] 3.1.1.
const (
	playIncarnationFirst = 0x09
	playIncarnationLast  = 0xFE
)

// clientPlay is what a client knows of the stream, [MS-MMSP] 3.1.1. The
// session's mu guards it.
type clientPlay struct {
	last        byte // playIncarnation that was given out last
	asked       byte // of the StartPlaying or StartStriding that was sent last: PlayIncarnation-For-Stop
	incarnation byte // of the data packets that are taken
	before      byte // of those before it, which come late

	starting bool // was asked, and not answered
	playing  bool // State is STREAMING
	entry    bool // the header of a new entry is there, and nothing was asked for since
	over     bool // the end is in the queue or was taken from it
	ending   bool // the end waits for packets that are missing
	end      StreamEvent
	behind   []StreamEvent // what comes behind the end that waits: two at most

	receiver  clientReceiver
	startedAt uint32 // ms, where the client wanted to begin
	rate      float64
	firstSent uint32 // send times of the first and the last packet, ms
	lastSent  uint32
	timed     bool
	whole     bool   // every packet of the content from expected on is to come
	expected  uint32 // LocationId that follows the last packet that was used
	counts    ClientStats
}

func (p *clientPlay) nextIncarnation() byte {
	if p.last < playIncarnationFirst || p.last >= playIncarnationLast {
		p.last = playIncarnationFirst - 1
	}
	p.last++
	return p.last
}

// takes says that data packets of an incarnation are of the stream, or late
// ones of the stream before.
func (p *clientPlay) takes(incarnation byte) bool {
	return incarnation != IncarnationNone && (incarnation == p.incarnation || incarnation == p.before)
}

// runs says that packets may come.
func (p *clientPlay) runs() bool { return p.starting || p.playing || p.ending }

// begin takes data packets of a new incarnation from now on.
func (p *clientPlay) begin(incarnation byte) {
	p.before, p.incarnation = p.incarnation, incarnation
	p.receiver.restart()
}
