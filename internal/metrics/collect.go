package metrics

import "github.com/prometheus/client_golang/prometheus"

// A figure is what a collection makes of how things stand.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func gauge(name, help string, labels ...string) figure {
	return figure{prometheus.NewDesc("caracal_"+name, help, labels, nil), prometheus.GaugeValue}
}

func total(name, help string, labels ...string) figure {
	return figure{prometheus.NewDesc("caracal_"+name, help, labels, nil), prometheus.CounterValue}
}

// The figures by what they are about.
var (
	players     = gauge("players", "Players now, with those that are remembered after they paused or stopped.", "point", "protocol", "player")
	streaming   = gauge("players_streaming", "Players now that a stream goes out to.", "point", "protocol")
	encoders    = gauge("encoders", "Encoders that push now.", "point")
	connections = gauge("connections", "TCP connections now.", "protocol")
	ready       = gauge("ready", "Whether players may be sent here, as /readyz says.")

	sentBytes   = total("sent_bytes_total", "Bytes that went out to players, with their protocol's framing.", "point", "protocol")
	sentPackets = total("sent_packets_total", "ASF packets that went out to players.", "point", "protocol")
	late        = total("late_sends_total", "Times that a packet left after it was due by more than the batch interval.", "point", "protocol")
	skipped     = total("skipped_packets_total", "Packets of broadcasts that players were too slow for.", "point", "protocol")
	resent      = total("resent_packets_total", "Packets that were sent again over UDP.", "point", "protocol")
	parity      = total("parity_packets_total", "FEC packets that were sent over UDP.", "point", "protocol")
	lost        = total("reported_lost_packets_total", "Packets that players reported as lost.", "point", "protocol")
	gotBytes    = total("received_bytes_total", "Bytes that encoders pushed.", "point")
	gotPackets  = total("received_packets_total", "ASF packets that encoders pushed.", "point")

	sourceUp      = gauge("source_up", "Whether the source of a broadcast streams.", "point")
	sourceRate    = gauge("source_bit_rate", "Bits a second that a source has brought lately.", "point")
	sourceBytes   = total("source_bytes_total", "Bytes that sources have brought.", "point")
	sourcePackets = total("source_packets_total", "Packets that sources have brought.", "point")
	sourceStarts  = total("source_starts_total", "Times that sources were started.", "point")
	items         = total("program_items_total", "Items that began in broadcasts of playlists, insertions included.", "point")

	castPackets = total("multicast_packets_total", "ASF packets that were sent to a group.", "point")
	castBytes   = total("multicast_bytes_total", "Bytes that were sent to a group.", "point")
	castParity  = total("multicast_parity_packets_total", "FEC packets that were sent to a group.", "point")
	castSkipped = total("multicast_skipped_packets_total", "Packets that were gone when their turn came.", "point")
	castLost    = total("multicast_lost_packets_total", "Datagrams that the system did not take.", "point")

	proxyOpens    = total("proxy_opens_total", "Contents of other servers that were opened, by where they came from.", "point", "result")
	proxyFetched  = total("proxy_fetched_bytes_total", "Bytes that came from origins.", "point")
	proxyStored   = total("proxy_stored_bytes_total", "Bytes of them that were written into the cache.", "point")
	proxyFailures = total("proxy_failures_total", "Contents that were given up on the way.", "point")
	proxyEvicted  = total("proxy_evicted_total", "Contents that had to make room in the cache.", "point")
	proxyFiles    = gauge("proxy_cached_files", "Contents in the cache.", "point")
	proxyBytes    = gauge("proxy_cached_bytes", "Bytes in the cache.", "point")
	proxySize     = gauge("proxy_cache_limit_bytes", "Bytes that the cache may have.", "point")
	proxyLogs     = total("proxy_logs_total", "Logs of players for origins.", "point", "result")

	cacheUsed      = gauge("cache_bytes", "Memory that holds content.")
	cacheLimit     = gauge("cache_limit_bytes", "Memory that may hold content.")
	hooks          = total("hook_events_total", "Events for hooks: told, failed after all tries, or lost because too many waited.", "hook", "result")
	certificateEnd = gauge("tls_certificate_expiry_timestamp_seconds", "When a listener's certificate ends, in seconds since 1970.", "file")
	lostEvents     = total("events_lost_total", "Events that came too fast for a subscriber.", "subscriber")
)

var figures = []figure{
	players, streaming, encoders, connections, ready, sentBytes, sentPackets, late, skipped, resent, parity, lost, gotBytes, gotPackets,
	sourceUp, sourceRate, sourceBytes, sourcePackets, sourceStarts, items, castPackets, castBytes, castParity, castSkipped, castLost,
	proxyOpens, proxyFetched, proxyStored, proxyFailures, proxyEvicted, proxyFiles, proxyBytes, proxySize, proxyLogs,
	cacheUsed, cacheLimit, hooks, lostEvents, certificateEnd,
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(out chan<- *prometheus.Desc) {
	for _, f := range figures {
		out <- f.desc
	}
}

// tell hands a value to the collection.
type tell func(f figure, value float64, labels ...string)

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	var list []prometheus.Metric // out may wait: not with the lock
	m.collect(func(f figure, value float64, labels ...string) {
		list = append(list, prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...))
	})
	for _, metric := range list {
		out <- metric
	}
}

func (m *Metrics) collect(to tell) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.survey()
	for key, n := range c.players {
		to(players, float64(n), key.point, key.protocol, key.family)
	}
	for key, n := range c.streaming {
		to(streaming, float64(n), key.point, key.protocol)
	}
	for point, n := range c.encoders {
		to(encoders, float64(n), point)
	}
	for key, f := range m.ledger.flows {
		tellFlow(to, key, f)
	}
	m.collectServer(to)
	m.collectPoints(to)
}

func tellFlow(to tell, key flowKey, f *Flow) {
	if key.protocol == pushed {
		to(gotBytes, float64(f.Bytes), key.point)
		to(gotPackets, float64(f.Packets), key.point)
		return
	}
	for _, x := range [...]struct {
		f figure
		n uint64
	}{{sentBytes, f.Bytes}, {sentPackets, f.Packets}, {late, f.Late}, {skipped, f.Skipped}, {resent, f.Resent}, {parity, f.Parity}, {lost, f.Lost}} {
		to(x.f, float64(x.n), key.point, key.protocol)
	}
}
