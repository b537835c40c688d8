package api

import "time"

// Live are the figures of points while they are watched.
type Live interface {
	Statistics(name string) (Statistics, error)
}

// Statistics are those of one point. The lists of steps end at Until.
type Statistics struct {
	Until    time.Time     `json:"until"`
	Step     float64       `json:"step_seconds"`
	In       []uint64      `json:"bit_rate_in"`
	Out      []uint64      `json:"bit_rate_out"`
	Players  []int         `json:"players"`
	Packets  []Packet      `json:"packets"`
	Losses   Losses        `json:"losses"`
	Commands []SentCommand `json:"script_commands"`
}

// Packet is one of a broadcast.
type Packet struct {
	Number  int64  `json:"number"`
	Send    uint32 `json:"send_ms"`
	Size    int    `json:"size"`
	Padding int    `json:"padding"`
	Clean   bool   `json:"clean"`
	Lost    uint64 `json:"lost_before,omitempty"`
	Streams []int  `json:"streams"`
}

// Losses are those of the players that are there now, packets.
type Losses struct {
	Late    uint64 `json:"late"`
	Skipped uint64 `json:"skipped"`
	Lost    uint64 `json:"lost"`
}

// SentCommand is a script command that went out.
type SentCommand struct {
	Time  time.Time `json:"time,omitzero"`
	Send  uint32    `json:"send_ms,omitempty"`
	Type  string    `json:"type"`
	Param string    `json:"param"`
}

func (c *call) getStatistics() (reply, error) {
	s, err := c.Live.Statistics(c.point())
	return reply{body: s}, err
}
