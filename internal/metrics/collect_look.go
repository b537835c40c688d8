package metrics

// collectServer tells what there is of the server as a whole.
func (m *Metrics) collectServer(to tell) {
	l := &m.look
	if l.Connections != nil {
		l.Connections(func(protocol string, n int) { to(connections, float64(n), protocolLabel(protocol)) })
	}
	if l.Ready != nil {
		to(ready, truth(l.Ready()))
	}
	if l.Cache != nil {
		used, budget := l.Cache()
		to(cacheUsed, float64(used))
		to(cacheLimit, float64(budget))
	}
	if l.Hooks != nil {
		l.Hooks(func(h *Hook) {
			to(hooks, float64(h.Told), h.Name, "told")
			to(hooks, float64(h.Failed), h.Name, "failed")
			to(hooks, float64(h.Lost), h.Name, "lost")
		})
	}
	if l.Certificates != nil {
		l.Certificates(func(c *Certificate) { to(certificateEnd, float64(c.NotAfter.Unix()), c.File) })
	}
	to(lostEvents, float64(m.sub.Lost()), "metrics")
	if l.LostEvents != nil {
		l.LostEvents(func(who string, n uint64) { to(lostEvents, float64(n), who) })
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// collectPoints tells what there is of single points. Those that share a label are
// added up.
func (m *Metrics) collectPoints(to tell) {
	l, sums := &m.look, sums{}
	if l.Sources != nil {
		l.Sources(func(s *Source) { sums.source(m.points.of(s.Point), s) })
	}
	if l.Multicasts != nil {
		l.Multicasts(func(c *Multicast) { sums.multicast(m.points.of(c.Point), c) })
	}
	if l.Proxies != nil {
		l.Proxies(func(p *Proxy) { sums.proxy(m.points.of(p.Point), p) })
	}
	for key, v := range sums {
		if key.result == "" {
			to(key.f, v, key.point)
		} else {
			to(key.f, v, key.point, key.result)
		}
	}
}

type sumKey struct {
	f             figure
	point, result string
}

type sums map[sumKey]float64

func (s sums) add(f figure, point string, v float64) { s[sumKey{f, point, ""}] += v }

func (s sums) source(point string, x *Source) {
	s.add(sourceUp, point, truth(x.Up))
	s.add(sourceRate, point, float64(x.BitRate))
	s.add(sourceBytes, point, float64(x.Bytes))
	s.add(sourcePackets, point, float64(x.Packets))
	s.add(sourceStarts, point, float64(x.Starts))
	s.add(items, point, float64(x.Items))
}

func (s sums) multicast(point string, x *Multicast) {
	s.add(castPackets, point, float64(x.Packets))
	s.add(castBytes, point, float64(x.Bytes))
	s.add(castParity, point, float64(x.Parity))
	s.add(castSkipped, point, float64(x.Skipped))
	s.add(castLost, point, float64(x.Lost))
}

func (s sums) proxy(point string, x *Proxy) {
	for result, n := range x.Opens {
		s[sumKey{proxyOpens, point, result}] += float64(n)
	}
	s.add(proxyFetched, point, float64(x.FetchedBytes))
	s.add(proxyStored, point, float64(x.StoredBytes))
	s.add(proxyFailures, point, float64(x.Failures))
	s.add(proxyEvicted, point, float64(x.Evicted))
	s.add(proxyFiles, point, float64(x.Files))
	s.add(proxyBytes, point, float64(x.Bytes))
	s.add(proxySize, point, float64(x.Size))
	for result, n := range map[string]uint64{"sent": x.LogsSent, "failed": x.LogsFailed, "dropped": x.LogsDropped} {
		s[sumKey{proxyLogs, point, result}] += float64(n)
	}
}
