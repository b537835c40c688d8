package server

import (
	"sync"
	"time"
)

// cpuEvery is how long a figure is good.
const cpuEvery = time.Second

// cpuMeter measures how busy the machine's processors are, all together.
type cpuMeter struct {
	mu          sync.Mutex
	at          time.Time
	busy, total uint64 // ticks since the machine began
	last        int
}

// percent is the share since it was last asked, -1 where the system does not say.
func (m *cpuMeter) percent() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if !m.at.IsZero() && now.Sub(m.at) < cpuEvery {
		return m.last
	}
	busy, total, ok := cpuTicks()
	if !ok {
		return -1
	}
	if total > m.total && busy >= m.busy {
		m.last = int((busy - m.busy) * 100 / (total - m.total))
	}
	m.at, m.busy, m.total = now, busy, total
	return m.last
}
