package proxy

import "sync/atomic"

// meter counts what a proxy point does.
type meter struct {
	hits, joined, misses, revalidated, stale atomic.Uint64
	changed, passed, split                   atomic.Uint64
	refused, failures, evicted               atomic.Uint64
	asked, runs, fetched                     atomic.Uint64
	stored                                   atomic.Uint64
	forwarded, unsent, dropped               atomic.Uint64
}
