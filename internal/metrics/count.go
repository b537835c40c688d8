package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"caracal/internal/event"
)

// counts are the figures that events alone make.
type counts struct {
	events, sessions, plays, refused, badInput, authFailures, logs, storage *prometheus.CounterVec
	entries, archives, archiveBytes, archiveLost, archiveFailures           *prometheus.CounterVec
	sourceFailures, fallbacks, handshakes                                   *prometheus.CounterVec
	skipped                                                                 prometheus.Counter
	startup, start, lasted                                                  *prometheus.HistogramVec
}

// The bounds of histograms, in seconds.
var (
	startupBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	sessionBuckets = []float64{1, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 43200}
)

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "caracal_" + name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "caracal_" + name, Help: help, Buckets: buckets}, labels)
}

func newCounts() counts {
	c := counts{
		events:          counter("events_total", "Events by name.", "event"),
		sessions:        counter("sessions_total", "Players and encoders that were admitted.", "protocol"),
		plays:           counter("plays_total", "Streams that began, those that were resumed included.", "point", "protocol"),
		refused:         counter("refused_total", "Requests and connections that were turned away.", "protocol", "class"),
		badInput:        counter("bad_input_total", "Requests that their protocol forbids.", "protocol"),
		authFailures:    counter("auth_failures_total", "Attempts to log in that failed.", "protocol", "scheme"),
		logs:            counter("logs_received_total", "Logs that players submitted.", "protocol", "kind"),
		storage:         counter("storage_failures_total", "Streams that ended because content could not be read.", "point"),
		entries:         counter("entries_total", "Entries of playlists that players came to.", "point", "protocol"),
		archives:        counter("archive_files_total", "Files of archives that were completed.", "point"),
		archiveBytes:    counter("archive_bytes_total", "Bytes of completed files of archives.", "point"),
		archiveLost:     counter("archive_lost_packets_total", "Packets that are missing in archives: the disk was too slow.", "point"),
		archiveFailures: counter("archive_failures_total", "Files of archives that could not be written to their end.", "point"),
		sourceFailures:  counter("source_failures_total", "Sources of broadcasts that ended by themselves.", "point"),
		fallbacks:       counter("fallbacks_total", "Times that a fallback took a source's place.", "point"),
		handshakes:      counter("tls_handshake_failures_total", "Connections that did not become TLS.", "protocol", "class"),
		startup: histogram("startup_seconds", "From the admission of a player to its first packet.",
			startupBuckets, "protocol"),
		start: histogram("play_start_seconds", "From the beginning of a player's first stream to its first packet.",
			startupBuckets, "protocol"),
		lasted: histogram("session_seconds", "How long sessions lasted that are over.", sessionBuckets, "protocol"),
	}
	c.skipped = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "caracal_entries_skipped_total", Help: "Items of playlists that were passed over because they could not be played.",
	})
	for _, name := range event.Names() {
		c.events.WithLabelValues(name)
	}
	return c
}

func (c *counts) all() []prometheus.Collector {
	return []prometheus.Collector{
		c.events, c.sessions, c.plays, c.refused, c.badInput, c.authFailures, c.logs, c.storage, c.entries, c.skipped,
		c.archives, c.archiveBytes, c.archiveLost, c.archiveFailures, c.sourceFailures, c.fallbacks, c.handshakes, c.startup, c.start, c.lasted,
	}
}

// observe counts an event.
func (m *Metrics) observe(e event.Event) {
	c := &m.counts
	c.events.WithLabelValues(event.Name(e)).Inc()
	switch e := e.(type) {
	case event.Connected:
		c.sessions.WithLabelValues(protocolLabel(e.Player.Protocol)).Inc()
	case event.Disconnected:
		c.lasted.WithLabelValues(protocolLabel(e.Player.Protocol)).Observe(e.Elapsed.Seconds())
		m.ended(&e)
	case event.Playing:
		c.plays.WithLabelValues(m.pointOf(e.Player.Target), protocolLabel(e.Player.Protocol)).Inc()
	case event.Flowing:
		c.startup.WithLabelValues(protocolLabel(e.Player.Protocol)).Observe(e.After.Seconds())
		c.start.WithLabelValues(protocolLabel(e.Player.Protocol)).Observe(e.Start.Seconds())
	case event.Stopped:
		if e.Err != nil {
			c.storage.WithLabelValues(m.pointOf(e.Player.Target)).Inc()
		}
	case event.Refused:
		c.refused.WithLabelValues(protocolLabel(e.Player.Protocol), classOf(e.Status)).Inc()
	case event.BadInput:
		c.badInput.WithLabelValues(protocolLabel(e.Player.Protocol)).Inc()
	case event.AuthFailed:
		c.authFailures.WithLabelValues(protocolLabel(e.Player.Protocol), schemeLabel(e.Scheme)).Inc()
	case event.HandshakeFailed:
		c.handshakes.WithLabelValues(protocolLabel(e.Player.Protocol), among(e.Class, handshakeClasses)).Inc()
	case event.LogReceived:
		c.logs.WithLabelValues(protocolLabel(e.Player.Protocol), e.Kind.String()).Inc()
	case event.EntryBegan:
		c.entries.WithLabelValues(m.pointOf(e.Player.Target), protocolLabel(e.Player.Protocol)).Inc()
	case event.EntrySkipped:
		c.skipped.Inc()
	default:
		m.observeSource(e)
	}
}

// observeSource counts what happens to broadcasts and their archives.
func (m *Metrics) observeSource(e event.Event) {
	c := &m.counts
	switch e := e.(type) {
	case event.ArchiveEnded:
		p := m.point(e.Point)
		c.archives.WithLabelValues(p).Inc()
		c.archiveBytes.WithLabelValues(p).Add(float64(max(e.Bytes, 0)))
		c.archiveLost.WithLabelValues(p).Add(float64(e.Lost))
		if e.Err != nil {
			c.archiveFailures.WithLabelValues(p).Inc()
		}
	case event.SourceFailed:
		c.sourceFailures.WithLabelValues(m.point(e.Source.Point)).Inc()
	case event.FallbackBegan:
		c.fallbacks.WithLabelValues(m.point(e.Source.Point)).Inc()
	}
}

// point is a label for a point's name.
func (m *Metrics) point(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.points.of(name)
}

// pointOf is a label for the point that a target means.
func (m *Metrics) pointOf(target string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.targeted(target)
}

// targeted is pointOf for who has the lock.
func (m *Metrics) targeted(target string) string {
	if m.look.PointOf == nil {
		return other
	}
	name, ok := m.look.PointOf(target)
	if !ok {
		return other
	}
	return m.points.of(name)
}
