package wmlog

import (
	"slices"
	"strconv"
	"time"

	"caracal/internal/event"
)

// The bounds of what is remembered.
const (
	maxPlayers = 1 << 17
	maxWaiting = 16               // parts of a session of which the player may still report
	holdReport = 30 * time.Second // that a report waits for the end of what it is about
)

// joiner makes entries of events: what a player reports, and what the server has
// measured of the same. It belongs to one goroutine.
type joiner struct {
	opt     *Options
	players map[uint32]*player
	write   func(*entry)
	bad     uint64 // logs that cannot be read
	odd     uint64 // values that are not what their fields take
}

// player is a session that goes on.
type player struct {
	who     event.Player
	connect *Report // what it has said of itself at its begin, 2.8
	open    *part   // that streams
	done    []*part // of which it has not reported yet, the oldest first
	packets uint64  // of the parts before, as the session counts them
	bytes   uint64
	ofPlay  struct{ packets, bytes uint64 } // of the parts before, of the same Play
	gone    bool                            // at the last look
}

// part is what went out of one entry of a Play.
type part struct {
	began, ended   time.Time
	media          event.Media
	rate           float64
	transport      string
	packets, bytes uint64
	late, skipped  uint64
	reason         string
	failed         bool
	report         *Report
	reported       time.Time
}

func (j *joiner) take(rec event.Record) {
	switch e := rec.Event.(type) {
	case event.Connected:
		j.playerOf(&e.Player)
	case event.Playing:
		j.playing(&e, rec.Time)
	case event.EntryBegan:
		j.entryBegan(&e, rec.Time)
	case event.Stopped:
		j.stopped(&e, rec.Time)
	case event.LogReceived:
		j.logReceived(&e, rec.Time)
	case event.Refused:
		j.refused(&e, rec.Time)
	case event.Disconnected:
		j.disconnected(&e, rec.Time)
	}
}

// playerOf remembers a player, if it has a session and there are not too many.
func (j *joiner) playerOf(who *event.Player) *player {
	p := j.players[who.Session]
	switch {
	case p != nil:
		p.who = *who
		return p
	case who.Session == 0 || len(j.players) >= maxPlayers:
		return &player{who: *who}
	}
	p = &player{who: *who}
	j.players[who.Session] = p
	return p
}

func (j *joiner) playing(e *event.Playing, now time.Time) {
	p := j.playerOf(&e.Player)
	if p.open != nil {
		j.cut(p, now)
	}
	p.ofPlay.packets, p.ofPlay.bytes = 0, 0
	p.open = &part{began: now, media: e.Media, rate: e.Rate, transport: e.Transport}
}

// entryBegan ends the part of the entry before: the log has a line for each.
func (j *joiner) entryBegan(e *event.EntryBegan, now time.Time) {
	p := j.players[e.Player.Session]
	if p == nil || p.open == nil {
		return
	}
	next := &part{began: now, media: e.Media, rate: p.open.rate, transport: p.open.transport}
	if packets, _ := j.sent(p); packets == 0 && p.open.report == nil {
		p.open.media = e.Media
		return
	}
	j.cut(p, now)
	p.open = next
}

// sent is what has gone out since the last part.
func (j *joiner) sent(p *player) (packets, bytes uint64) {
	packets, bytes, ok := j.opt.Sent(p.who.Session)
	if !ok {
		return 0, 0
	}
	return less(packets, p.packets), less(bytes, p.bytes)
}

// less is a - b, and never below zero: figures of different moments may cross.
func less(a, b uint64) uint64 { return a - min(a, b) }

// cut ends the part that streams with what has gone out until now.
func (j *joiner) cut(p *player, now time.Time) {
	packets, bytes := j.sent(p)
	p.ofPlay.packets += packets
	p.ofPlay.bytes += bytes
	j.end(p, now, packets, bytes)
}

// end closes the part that streams: it is written if the player has reported.
func (j *joiner) end(p *player, now time.Time, packets, bytes uint64) {
	s := p.open
	p.open = nil
	s.ended, s.packets, s.bytes = now, packets, bytes
	p.packets += packets
	p.bytes += bytes
	if s.report != nil {
		j.writePart(p, s)
		return
	}
	p.done = append(p.done, s)
	if len(p.done) > maxWaiting {
		j.writePart(p, p.done[0])
		p.done = slices.Delete(p.done, 0, 1)
	}
}

func (j *joiner) stopped(e *event.Stopped, now time.Time) {
	p := j.playerOf(&e.Player)
	if p.open == nil {
		p.open = &part{began: now.Add(-e.Elapsed), media: e.Media, rate: 1}
	}
	s := p.open
	if e.Media != (event.Media{}) {
		s.media = e.Media
	}
	s.late, s.skipped, s.reason, s.failed = e.Late, e.Skipped, e.Reason, e.Err != nil
	j.end(p, now, less(e.Packets, p.ofPlay.packets), less(e.Bytes, p.ofPlay.bytes))
	p.ofPlay.packets, p.ofPlay.bytes = 0, 0
	if j.players[e.Player.Session] != p {
		j.flush(p)
	}
}

func (j *joiner) disconnected(e *event.Disconnected, now time.Time) {
	p := j.players[e.Player.Session]
	if p == nil {
		return
	}
	delete(j.players, e.Player.Session)
	p.who = e.Player
	if p.open == nil && p.bytes == 0 && e.Bytes > 0 { // a program that only takes
		p.open = &part{began: now.Add(-e.Elapsed), rate: 1, transport: "TCP"}
	}
	if p.open != nil {
		p.open.reason = e.Reason
		j.end(p, now, less(e.Packets, p.packets), less(e.Bytes, p.bytes))
	}
	j.flush(p)
}

// flush writes what the player has not reported.
func (j *joiner) flush(p *player) {
	for _, s := range p.done {
		j.writePart(p, s)
	}
	p.done = nil
}

// writePart writes the line of a part.
func (j *joiner) writePart(p *player, s *part) {
	about := ofPlay
	if s.report == nil {
		about = ofSilent
	}
	e := j.newEntry(about, s.began, &p.who)
	e.end, e.late, e.skipped, e.reason = s.ended, s.late, s.skipped, s.reason
	v := &e.values
	if s.report != nil {
		e.take(s.report)
	} else {
		j.silent(e, p, s)
	}
	v.Set(ServerBytes, count(s.bytes))
	v.Set(PacketsSent, count(s.packets))
	v.or(MediaName, s.media.Name)
	v.or(MediaRole, s.media.Role)
	v.or(Transport, s.transport)
	v.or(Duration, seconds(s.ended.Sub(s.began)))
	e.guess()
	j.write(e)
}

// silent marks the line of a player that has said nothing, as Windows Media Services
// do: status 408, zeros, and what it said of itself when it came.
func (j *joiner) silent(e *entry, p *player, s *part) {
	v := &e.values
	v.Set(Status, statusSilent)
	if s.failed {
		v.Set(Status, statusFailed)
	}
	v.Set(Rate, strconv.FormatFloat(s.rate, 'f', -1, 64))
	if c := p.connect; c != nil {
		for _, f := range [...]Field{OS, OSVersion, CPU, Transport} {
			v.or(f, c.Values[f])
		}
	}
	e.zeros()
}

// tick writes reports that have waited for long enough, and ends sessions whose end
// was not heard.
func (j *joiner) tick(now time.Time) {
	for id, p := range j.players {
		if s := p.open; s != nil && s.report != nil && now.Sub(s.reported) >= holdReport {
			j.cut(p, now)
			p.open = &part{began: now, media: s.media, rate: s.rate, transport: s.transport}
		}
		_, _, there := j.opt.Sent(id)
		if !there && p.gone {
			j.disconnected(&event.Disconnected{Player: p.who}, now)
		}
		p.gone = !there
	}
}

// close writes all that is left.
func (j *joiner) close(now time.Time) {
	for _, p := range j.players {
		if p.open != nil {
			j.cut(p, now)
		}
		j.flush(p)
	}
	clear(j.players)
}
