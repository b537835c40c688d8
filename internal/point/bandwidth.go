package point

import (
	"caracal/asf"
	"caracal/internal/session"
)

// Reserve has a stream take its bandwidth, and sends it no faster than it got: what
// the limits do not leave of a Fast Start or of a Fast Cache is not granted. It is to
// be the last thing that can fail before a stream begins.
func (s *Start) Reserve(e Entry, ses *session.Session) (*session.Reservation, error) {
	least := int64(selectedRate(e.Info(), s.sel))
	need := session.Need{Least: least}
	if s.Speed > 0 && len(s.points) == 0 {
		need.Bits = int64(float64(least) * s.Speed)
		need.Peak, need.Burst = int64(float64(least)*s.Schedule.AccelRate), s.Schedule.AccelEnd()
	}
	r, got, err := ses.Reserve(need)
	if err == nil && least > 0 {
		s.slow(need, got)
	}
	return r, err
}

// slow keeps the pace within what was granted.
func (s *Start) slow(need session.Need, got session.Grant) {
	if got.Bits < need.Bits {
		s.Speed *= float64(got.Bits) / float64(need.Bits)
		s.Schedule.Rate = s.Speed
	}
	if got.Peak >= need.Peak || s.Schedule.Accel == 0 {
		return
	}
	if s.Schedule.AccelRate = float64(got.Peak) / float64(need.Least); s.Schedule.AccelRate < max(accelMin, s.Speed) {
		s.Schedule.AccelRate, s.Schedule.Accel = 0, 0
		s.AccelBW, s.AccelDuration = 0, 0
		return
	}
	s.AccelBW = min(s.AccelBW, uint32(min(got.Peak, maxAccelBW)))
}

// maxAccelBW is the most that the messages of protocols can say.
const maxAccelBW = 1<<32 - 1

// Afford has the stream take the bandwidth of what follows, as Turn will select it. If
// that is too much and choose says that the server may choose streams for the player,
// it is the lightest of each kind; else the limit is the error, and the player does not
// get there.
func (p *Play) Afford(next Entry, r *session.Reservation, choose bool) error {
	info := next.Info()
	sel := CarryOver(p.entry.Info().Header, info.Header, p.sel)
	err := r.Change(int64(selectedRate(info, sel)))
	if err == nil || !choose || !lighten(info.Header, sel) {
		return err
	}
	if light := r.Change(int64(selectedRate(info, sel))); light != nil {
		return err
	}
	p.light = true
	return nil
}

// AffordSwitch has the stream take the bandwidth of other streams, which Select is to
// choose then, or says which limit does not leave it.
func (p *Play) AffordSwitch(list []Switch, r *session.Reservation) error {
	sel := p.sel.Settled()
	for _, s := range list {
		sel.Switch(s.From, s.To, s.Level)
	}
	return r.Change(int64(selectedRate(p.entry.Info(), sel.Settled())))
}

// lighten leaves of each kind of which several streams are there the one with the
// lowest bit rate, and says whether that changes anything.
func lighten(h *asf.Header, sel *asf.Selection) (changed bool) {
	wanted, best := map[asf.StreamKind]bool{}, map[asf.StreamKind]uint8{}
	for _, s := range h.Streams() {
		wanted[s.Kind()] = wanted[s.Kind()] || sel.Level(s.Number()) != asf.None
	}
	for _, s := range h.Streams() {
		n, kind := s.Number(), s.Kind()
		if rate := h.BitRate(n); wanted[kind] && rate > 0 && (best[kind] == 0 || rate < h.BitRate(best[kind])) {
			best[kind] = n
		}
	}
	for _, s := range h.Streams() {
		n, level := s.Number(), asf.Whole
		only := best[s.Kind()]
		if only == 0 {
			continue // nobody knows which is the lightest
		}
		if n != only {
			level = asf.None
		}
		if (sel.Level(n) == asf.None) != (level == asf.None) {
			sel.Set(n, level)
			changed = true
		}
	}
	return changed
}

// affordable is what Turn selects of what follows when Afford has found the usual
// selection too much.
func (p *Play) affordable(h *asf.Header) {
	if p.light {
		lighten(h, p.sel)
		p.light = false
	}
}
