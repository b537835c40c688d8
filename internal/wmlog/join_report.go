package wmlog

import (
	"slices"
	"time"

	"caracal/internal/event"
)

// logReceived finds out what a report is about.
func (j *joiner) logReceived(e *event.LogReceived, now time.Time) {
	r, err := Parse(e)
	if err != nil {
		j.bad++
		j.writeBad(&e.Player, now, err)
		return
	}
	j.odd += uint64(r.Odd)
	p := j.players[e.Player.Session]
	switch {
	case r.Kind == event.LogConnect:
		if p != nil {
			p.connect = r
		}
	case r.Kind == event.LogRendering:
		j.writeReport(ofRendering, &e.Player, r, now)
	case p == nil || !j.join(p, r, now):
		j.writeReport(ofReport, &e.Player, r, now)
	}
}

// join gives a report to the part that it is about: one that the player names, else
// the last that has ended, else the one that streams. What ended before it will not
// be reported any more: old players report once, at their end.
func (j *joiner) join(p *player, r *Report, now time.Time) bool {
	if i := p.reportable(r); i >= 0 {
		for _, s := range p.done[:i] {
			j.writePart(p, s)
		}
		s := p.done[i]
		p.done = slices.Delete(p.done, 0, i+1)
		s.report = r
		j.writePart(p, s)
		return true
	}
	s := p.open
	if s == nil {
		return false
	}
	if s.report != nil {
		j.cut(p, now)
		s = &part{began: now, media: s.media, rate: s.rate, transport: s.transport}
		p.open = s
	}
	s.report, s.reported = r, now
	return true
}

// reportable is the part that has ended of which a report is; -1 if it is of none.
func (p *player) reportable(r *Report) int {
	last := len(p.done) - 1
	name := r.Values[MediaName]
	if name == "" {
		return last
	}
	for i := last; i >= 0; i-- {
		if cleanWord(p.done[i].media.Name, longText) == name {
			return i
		}
	}
	if p.open != nil && cleanWord(p.open.media.Name, longText) == name {
		return -1
	}
	return last
}

// writeReport writes what a player says of what the server has no figures of:
// multicasts, its own cache, a proxy.
func (j *joiner) writeReport(about string, who *event.Player, r *Report, now time.Time) {
	e := j.newEntry(about, now, who)
	e.end = now
	e.take(r)
	if who.Protocol == multicast { // from where it was heard
		e.values[ServerIP] = r.Values[ServerIP]
	}
	e.guess()
	j.write(e)
}

func (j *joiner) refused(e *event.Refused, now time.Time) {
	line := j.newEntry(ofRefused, now, &e.Player)
	line.end, line.reason = now, e.Reason
	line.values.Set(Status, statusOf(e.Status))
	line.values.Set(Rate, "1")
	line.zeros()
	line.guess()
	j.write(line)
}

// writeBad notes who has sent what cannot be read.
func (j *joiner) writeBad(who *event.Player, now time.Time, err error) {
	e := j.newEntry(ofBad, now, who)
	e.end, e.reason = now, err.Error()
	j.write(e)
}
