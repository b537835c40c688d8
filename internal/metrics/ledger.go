package metrics

import "caracal/internal/event"

// ledger keeps what has flowed, by point and protocol. Of a session that lasts it knows
// how much of it has been counted: a collection adds what came since the last one, and
// the session's end adds the rest.
type ledger struct {
	flows map[flowKey]*Flow
	known map[uint32]*account
	round uint64 // of collections
}

type flowKey struct{ point, protocol string }

// account is what the ledger knows of a session.
type account struct {
	counted       Flow
	target        string
	point, family string
	round         uint64 // in which it was last seen
}

// forgetAfter is how many collections the ledger waits for the end of a session that is
// not there any more: its event is on the way, unless it was lost.
const forgetAfter = 5

func newLedger() ledger {
	return ledger{flows: map[flowKey]*Flow{}, known: map[uint32]*account{}}
}

// account returns that of a session, with the labels of its present target.
func (m *Metrics) account(id uint32, target, agent string) *account {
	a := m.ledger.known[id]
	if a == nil {
		a = &account{family: familyOf(agent)}
		m.ledger.known[id] = a
	}
	if a.point == "" || a.target != target {
		a.target, a.point = target, m.targeted(target)
	}
	a.round = m.ledger.round
	return a
}

// add counts what has flowed since the last time. A session that has less than before
// is another one with the same number.
func (l *ledger) add(a *account, protocol string, now Flow) {
	if now.Packets < a.counted.Packets || now.Bytes < a.counted.Bytes {
		a.counted = Flow{}
	}
	key := flowKey{a.point, protocol}
	f := l.flows[key]
	if f == nil {
		f = &Flow{}
		l.flows[key] = f
	}
	f.Packets += now.Packets - a.counted.Packets
	f.Bytes += now.Bytes - a.counted.Bytes
	f.Late += more(now.Late, a.counted.Late)
	f.Skipped += more(now.Skipped, a.counted.Skipped)
	f.Resent += more(now.Resent, a.counted.Resent)
	f.Parity += more(now.Parity, a.counted.Parity)
	f.Lost += more(now.Lost, a.counted.Lost)
	a.counted = now
}

func more(now, before uint64) uint64 { return now - min(now, before) }

// ended counts the rest of a session that is over.
func (m *Metrics) ended(e *event.Disconnected) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.account(e.Player.Session, e.Player.Target, e.Player.Agent)
	m.ledger.add(a, protocolLabel(e.Player.Protocol), Flow{
		Packets: e.Packets, Bytes: e.Bytes, Late: e.Late, Skipped: e.Skipped, Resent: e.Resent, Parity: e.Parity, Lost: e.Lost,
	})
	delete(m.ledger.known, e.Player.Session)
}

// crowdKey says who are counted together as players now.
type crowdKey struct{ point, protocol, family string }

// crowd counts the sessions that there are.
type crowd struct {
	players   map[crowdKey]int
	streaming map[flowKey]int
	encoders  map[string]int // by point
}

const pushed = "push" // the protocol of encoders

// survey looks at every session. The lock is held from before the sessions are looked
// at: an end that is counted before that is of a session that is not shown, and one
// that comes later finds how much was counted.
func (m *Metrics) survey() crowd {
	c := crowd{map[crowdKey]int{}, map[flowKey]int{}, map[string]int{}}
	m.ledger.round++
	if m.look.Sessions != nil {
		m.look.Sessions(func(s *Session) { m.count(&c, s) })
	}
	for id, a := range m.ledger.known {
		if m.ledger.round-a.round > forgetAfter {
			delete(m.ledger.known, id)
		}
	}
	return c
}

func (m *Metrics) count(c *crowd, s *Session) {
	a, protocol := m.account(s.ID, s.Target, s.Agent), protocolLabel(s.Protocol)
	m.ledger.add(a, protocol, s.Flow)
	if protocol == pushed {
		c.encoders[a.point]++
		return
	}
	c.players[crowdKey{a.point, protocol, a.family}]++
	if s.Streaming {
		c.streaming[flowKey{a.point, protocol}]++
	}
}
