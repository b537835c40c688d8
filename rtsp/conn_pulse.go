package rtsp

import (
	"time"

	"caracal/internal/front"
)

const (
	// maxTransactions is how many a connection has in a front.Heartbeat, [MS-RTSP]
	// 3.2.5.1.
	maxTransactions = 240
	// usualStreams is taken for content that is not known, 3.2.5.1.
	usualStreams = 3
)

// pulse counts a connection's transactions, [MS-RTSP] 3.2.1: the requests that
// cost the server more than an answer. Selecting the streams of one content is
// one, however many requests it takes; a player that selects and deselects in a
// loop makes many. It is the connection's and not the session's, or a new
// session for each SETUP would never be counted.
type pulse struct {
	front.Pulse
	selections int // SETUP and TEARDOWN in a row
}

// take counts a request for content of so many streams and says whether it is
// one too many.
func (p *pulse) take(k Kind, streams int, now time.Time) bool {
	counts := 1
	switch k {
	case SelectSetup, SelectTeardown:
		if p.selections++; p.selections > 1 && p.selections < streams {
			counts = 0
		}
	case SelectParameter, KeepAlive, LogConnect, LogPlay, SetOther, GetOther, Teardown:
		return false // they cost little, and the last one ends it
	default:
		p.selections = 0
	}
	return p.Add(counts, now) > maxTransactions
}

// streams is how many there are to select in the content of a player.
func (p *player) streams() int {
	if p == nil {
		return usualStreams
	}
	return max(len(p.current().Info().Header.Streams()), 1)
}
