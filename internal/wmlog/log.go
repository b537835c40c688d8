package wmlog

import (
	"path/filepath"
	"sync"
	"time"

	"caracal/internal/event"
)

const (
	tickEvery = 5 * time.Second
	maxFiles  = 64 // that are open at a time
)

// Log writes the access logs. Its life is Start and Close.
type Log struct {
	opt    Options
	sub    *event.Subscription
	join   joiner
	files  map[string]*file // by their folders
	reopen chan chan struct{}
	done   chan struct{}
	line   []byte

	mu    sync.Mutex
	stats Stats
}

// Stats are what a log has done.
type Stats struct {
	Lines   uint64 `json:"lines"`   // written
	Dropped uint64 `json:"dropped"` // that no disk has taken
	Lost    uint64 `json:"lost"`    // events that came too fast
	Bad     uint64 `json:"bad"`     // logs of players that cannot be read
	Odd     uint64 `json:"odd"`     // values that were not what their fields take
	Mended  uint64 `json:"mended"`  // lines that were found cut off
	Error   string `json:"error,omitempty"`
}

// Start writes what a subscription brings, until Close.
func Start(opt Options, sub *event.Subscription) *Log {
	l := &Log{opt: opt, sub: sub, files: map[string]*file{}, reopen: make(chan chan struct{}), done: make(chan struct{})}
	l.join = joiner{opt: &l.opt, players: map[uint32]*player{}, write: l.write}
	go l.run()
	return l
}

// Close writes what waits, the lines of players that are still there too.
func (l *Log) Close() {
	l.sub.Close()
	<-l.done
}

// Reopen closes the files, so that those that were renamed are let go. It returns
// when they are.
func (l *Log) Reopen() {
	closed := make(chan struct{})
	select {
	case l.reopen <- closed:
		<-closed
	case <-l.done:
	}
}

// Stats returns what has been done until now.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Lost = l.sub.Lost()
	return s
}

func (l *Log) run() {
	defer close(l.done)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case rec, ok := <-l.sub.C():
			if !ok {
				l.join.close(time.Now())
				l.closeFiles()
				return
			}
			l.join.take(rec)
			if len(l.sub.C()) == 0 {
				l.flush()
			}
		case now := <-tick.C:
			l.join.tick(now)
			l.flush()
		case closed := <-l.reopen:
			l.closeFiles()
			close(closed)
		}
	}
}

// write finishes an entry and hands it to the logs that it belongs to.
func (l *Log) write(e *entry) {
	v := &e.values
	at := e.time.In(l.opt.zone())
	v[Date], v[Time] = at.Format(dayLayout), at.Format(clockLayout)
	if l.opt.Shorten {
		v[ClientIP] = shorten(v[ClientIP])
		if v[Proxied] == "1" && e.report != nil {
			v[ServerIP] = shorten(v[ServerIP])
		}
	}
	if e.about != ofBad && e.about != ofRefused && !l.opt.wants(v[MediaRole]) {
		return
	}
	if l.line = l.line[:0]; l.opt.Format == JSON {
		l.line = l.opt.appendJSON(l.line, e)
	} else {
		l.line = l.opt.appendW3C(l.line, e)
	}
	now := time.Now()
	if !e.point.Known || e.point.Server {
		l.file(global, global, now).add(l.line, now)
	}
	if e.point.Known && e.point.Own {
		l.file(folderName(e.point.Point), "/"+e.point.Point, now).add(l.line, now)
	}
}

// file is the log with a name. Of too many open ones that which was not used for
// the longest time is closed.
func (l *Log) file(name, point string, now time.Time) *file {
	if f := l.files[name]; f != nil {
		return f
	}
	if len(l.files) >= maxFiles {
		oldest := ""
		for n, f := range l.files {
			if oldest == "" || f.used.Before(l.files[oldest].used) {
				oldest = n
			}
		}
		l.count(l.files[oldest], now)
		delete(l.files, oldest)
	}
	f := &file{opt: &l.opt, dir: filepath.Join(l.opt.Folder, name), point: point}
	l.files[name] = f
	return f
}

// count closes a log and keeps its figures.
func (l *Log) count(f *file, now time.Time) {
	f.close(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.add(f)
}

func (s *Stats) add(f *file) {
	s.Lines += f.written
	s.Dropped += f.dropped
	s.Mended += f.mended
	if f.last != nil {
		s.Error = f.last.Error()
	}
	f.written, f.dropped, f.mended = 0, 0, 0
}

// flush writes what waits and brings the figures up to date.
func (l *Log) flush() {
	now := time.Now()
	for _, f := range l.files {
		f.flush(now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.Error = ""
	for _, f := range l.files {
		l.stats.add(f)
	}
	l.stats.Bad, l.stats.Odd = l.join.bad, l.join.odd
}

func (l *Log) closeFiles() {
	l.flush()
	now := time.Now()
	for name, f := range l.files {
		l.count(f, now)
		delete(l.files, name)
	}
}
