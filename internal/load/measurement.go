package main

import "runtime"

// measurement is all that one run has found out.
type measurement struct {
	options       *options
	clients       []*client
	stormed       []*client
	before, after snapshot
	rss0, rssPeak float64 // MB
	tcpPeak       float64 // MB
}

func (m *measurement) result() *result {
	o := m.options
	r := &result{
		Label: o.label, Kind: o.asked, N: o.n, Pipelined: o.pipelined,
		RampS: o.ramp.Seconds(), WindowS: m.after.at.Sub(m.before.at).Seconds(),
	}
	m.addMedia(r)
	m.addTimes(r)
	m.addFaults(r)
	m.addStorm(r)
	m.addServer(r)
	return r
}

// addMedia counts what arrived in the window. Stalled players have no part in
// rates and pauses: theirs say nothing of the server.
func (m *measurement) addMedia(r *result) {
	var bytes, read int64
	var rates []float64
	for i, c := range m.clients {
		a, b := m.after.clients[i], m.before.clients[i]
		bytes += a.bytes - b.bytes
		r.Packets += a.packets - b.packets
		if c.stalls {
			r.Stalled++
			continue
		}
		read += a.bytes - b.bytes
		rates = append(rates, float64(a.bytes-b.bytes)*8/1000/r.WindowS)
	}
	r.MbitDelivered = float64(bytes) * 8 / 1e6
	if len(rates) > 0 {
		r.KbitPerClient = float64(read) * 8 / 1000 / r.WindowS / float64(len(rates))
	}
	p := percentiles(rates, 1, 99)
	r.KbitP1, r.KbitP99 = p[0], p[1]
}

func (m *measurement) addTimes(r *result) {
	var first, reply, silence []float64
	for i, s := range m.after.clients {
		if s.started > 0 || s.linked && m.options.kind.mute {
			r.Connected++
		}
		if s.replied > 0 {
			reply = append(reply, float64(s.replied)/1e6)
		}
		if s.started == 0 {
			continue
		}
		first = append(first, float64(s.started)/1e6)
		if !m.clients[i].stalls {
			silence = append(silence, float64(s.silence)/1e6)
		}
	}
	p := percentiles(first, 50, 99, 100)
	r.FirstMs50, r.FirstMs99, r.FirstMsMax = p[0], p[1], p[2]
	p = percentiles(reply, 50, 99)
	r.HeadMs50, r.HeadMs99 = p[0], p[1]
	p = percentiles(silence, 50, 99)
	r.SilenceMs50, r.SilenceMs99 = p[0], p[1]
}

func (m *measurement) addFaults(r *result) {
	for _, c := range m.clients {
		r.Gaps += c.gaps.Load()
		r.Lost += c.lost.Load()
		r.Late += c.late.Load()
		r.LocJumps += c.jumps.Load()
		r.Bad += c.bad.Load()
		r.Ended += c.ended.Load()
		r.fail(c.err, &r.Errors)
	}
}

func (m *measurement) addStorm(r *result) {
	var first []float64
	for _, c := range m.stormed {
		r.StormConnects++
		r.Bad += c.bad.Load()
		r.fail(c.err, &r.StormFailed)
		if at := c.started.Load(); at > 0 {
			first = append(first, float64(at)/1e6)
		}
	}
	p := percentiles(first, 50, 99, 100)
	r.StormMs50, r.StormMs99, r.StormMsMax = p[0], p[1], p[2]
}

func (m *measurement) addServer(r *result) {
	u := m.after.server.since(m.before.server)
	r.measured = m.options.pid != 0
	r.SrvCPUs, r.SrvUserS, r.SrvSysS = u.cpu, u.user, u.system
	r.LoadCPUs = m.after.load.since(m.before.load).cpu
	r.CtxPerS = float64(u.switches) / r.WindowS
	if n := float64(r.N); n > 0 {
		r.CPUmsPerCS = u.cpu * 1000 / r.WindowS / n
		r.RSSKBPerClient = (m.rssPeak - m.rss0) * 1024 / n
	}
	if r.MbitDelivered > 0 {
		r.CPUmsPerMbit = u.cpu * 1000 / r.MbitDelivered
		r.PairMsPerMbit = (u.cpu + r.LoadCPUs) * 1000 / r.MbitDelivered
	}
	if r.Packets > 0 {
		r.CPUusPerPkt = u.cpu * 1e6 / float64(r.Packets)
	}
	r.SrvRSSIdleMB, r.SrvRSSPeakMB, r.TCPMemMB = m.rss0, m.rssPeak, m.tcpPeak
	a, b := m.after.machine, m.before.machine
	r.SoftirqS = a.interrupts - b.interrupts
	if total := a.total - b.total; total > 0 {
		r.MachineBusy = (a.busy - b.busy) / total
		ours := (u.cpu + r.LoadCPUs) / r.WindowS / float64(runtime.NumCPU())
		r.OtherBusy = max(0, r.MachineBusy-ours)
	}
}
