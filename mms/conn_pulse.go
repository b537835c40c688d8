package mms

import "time"

// The bounds of what a connection may ask for. A player needs some ten messages
// to begin and as many for a seek.
const (
	heartbeat   = 30 * time.Second
	maxMessages = 240 // in a heartbeat
)

// pulse counts a connection's messages.
type pulse struct {
	began    time.Time
	messages int
}

// take counts a message and says whether it is one too many.
func (p *pulse) take(now time.Time) bool {
	if now.Sub(p.began) >= heartbeat {
		p.began, p.messages = now, 0
	}
	p.messages++
	return p.messages > maxMessages
}
