package rtsp

import "time"

const (
	// heartbeat is the time in which transactions are counted, [MS-RTSP] 3.2.2.
	heartbeat = 30 * time.Second
	// maxTransactions is how many of them a connection has in that time,
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
	began        time.Time
	transactions int
	selections   int // SETUP and TEARDOWN in a row
}

// take counts a request for content of so many streams and says whether it is
// one too many.
func (p *pulse) take(k Kind, streams int, now time.Time) bool {
	if now.Sub(p.began) >= heartbeat {
		p.began, p.transactions = now, 0
	}
	switch k {
	case SelectSetup, SelectTeardown:
		if p.selections++; p.selections == 1 || p.selections >= streams {
			p.transactions++
		}
	case SelectParameter, KeepAlive, LogConnect, LogPlay, SetOther, GetOther, Teardown:
		return false // they cost little, and the last one ends it
	default:
		p.selections = 0
		p.transactions++
	}
	return p.transactions > maxTransactions
}

// streams is how many there are to select in the content of a player.
func (p *player) streams() int {
	if p == nil {
		return usualStreams
	}
	return max(len(p.current().Info().Header.Streams()), 1)
}
