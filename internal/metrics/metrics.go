// Package metrics keeps the figures that Prometheus collects: counts of the events of
// the bus, and how things stand, which whoever makes the Metrics tells when it is asked.
// No packet passes through it, and nothing waits for it.
package metrics

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"caracal/internal/event"
)

// Options are what a Metrics is made of. All of it has to be there.
type Options struct {
	Build  Build
	Events *event.Subscription // its own, which Close closes
	Look   Look
}

// Build says which program this is.
type Build struct{ Version, Revision, Go string }

// The bounds of one collection.
const (
	scrapesAtOnce = 4
	scrapeTimeout = 10 * time.Second
)

// Metrics has all figures. Any goroutine may call its methods.
type Metrics struct {
	look     Look
	sub      *event.Subscription
	done     chan struct{}
	registry *prometheus.Registry
	counts   counts

	mu     sync.Mutex // what follows: one collection or one event at a time
	points names
	ledger ledger
}

// New begins to count.
func New(o Options) *Metrics {
	m := &Metrics{
		look: o.Look, sub: o.Events, done: make(chan struct{}), registry: prometheus.NewRegistry(),
		counts: newCounts(), points: names{most: maxPoints}, ledger: newLedger(),
	}
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "caracal_build_info", Help: "Which Caracal this is; always 1.",
	}, []string{"version", "revision", "goversion"})
	info.WithLabelValues(o.Build.Version, o.Build.Revision, o.Build.Go).Set(1)
	m.registry.MustRegister(info, m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.counts.all()...)
	go m.run()
	return m
}

// Handler answers what Prometheus asks.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: scrapesAtOnce, Timeout: scrapeTimeout, ErrorHandling: promhttp.ContinueOnError,
	})
}

func (m *Metrics) run() {
	defer close(m.done)
	for r := range m.sub.C() {
		m.observe(r.Event)
	}
}

// Close counts what is still waiting and ends the Metrics.
func (m *Metrics) Close() {
	m.sub.Close()
	<-m.done
}
