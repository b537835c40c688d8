package conf

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/store"
)

// Line is something that was said.
type Line struct {
	Number uint64 // of its event
	Time   time.Time
	From   MemberID
	Name   string // of who said it, as it was shown then
	To     MemberID
	Text   string // lines are divided by \n
}

// Say says something to everybody. The errors are ErrEmpty, ErrTooLong, ErrRate, ErrBusy.
func (m *Member) Say(text string) error { return m.say(0, text) }

// Whisper says something to one member; ErrNoMember.
func (m *Member) Whisper(to MemberID, text string) error {
	if to == 0 {
		return ErrNoMember
	}
	return m.say(to, text)
}

func (m *Member) say(to MemberID, text string) error {
	c := m.c
	text, err := checkLine(text, c.limits.Line)
	if err != nil {
		return err
	}
	if err := m.begin(0, &m.seat.lines, c.limits.LineRate, 1); err != nil {
		return err
	}
	defer c.mu.Unlock()
	if to != 0 && c.find(to) == nil {
		return ErrNoMember
	}
	from := &m.seat.info
	l := Line{Number: c.log.next, Time: time.Now(), From: from.ID, Name: from.Name, To: to, Text: text}
	if err := c.keepLine(l); err != nil {
		return err
	}
	if to == 0 {
		c.publish(Said{l})
	} else {
		c.publishTo(Whispered{l}, from.ID, to)
	}
	c.tell(event.ConferenceSaid{
		Player: m.seat.who.player(c.facts.Name), Conference: c.facts.Name, Member: uint32(from.ID), Bytes: len(text), Whispered: to != 0,
	})
	return nil
}

// keepLine adds a line to what late joiners get, for which the oldest go.
func (c *Conference) keepLine(l Line) error {
	drop, bytes := 0, c.lineBytes+len(l.Text)
	var through uint64
	for drop < len(c.lines) && (len(c.lines)-drop >= c.limits.Lines || bytes > c.limits.LineBytes) {
		bytes -= len(c.lines[drop].Text)
		through = c.lines[drop].Number
		drop++
	}
	ch := store.ConferenceChange{LinesThrough: through}
	if l.To == 0 {
		ch.Line = &store.ConferenceLine{Event: l.Number, At: l.Time, Member: uint32(l.From), Name: l.Name, Text: l.Text}
	}
	if ch.Line != nil || through != 0 {
		if err := c.keep(ch, nil); err != nil {
			return err
		}
	}
	clear(c.lines[:drop]) // let go of the texts
	c.lines, c.lineBytes = append(c.lines[drop:], l), bytes
	return nil
}
