package source

import (
	"cmp"
	"fmt"
	"sync"
	"time"
)

// Now is what a Program plays.
type Now struct {
	Name     string
	Role     string
	Place    int // in its list, from 0
	Since    time.Time
	Duration time.Duration // of all of it; 0: not known, or live
	Live     bool
	Inserted bool // it is not of the program's own list
}

// playing is what plays, for who asks.
type playing struct {
	mu    sync.Mutex
	what  *Now
	items uint64
}

func (p *playing) set(what *Now) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what = what
	if what != nil {
		p.items++
	}
}

// Items counts the items that have begun.
func (p *Program) Items() uint64 {
	p.now.mu.Lock()
	defer p.now.mu.Unlock()
	return p.now.items
}

// Now says what plays; false: nothing does.
func (p *Program) Now() (Now, bool) {
	p.now.mu.Lock()
	defer p.now.mu.Unlock()
	if p.now.what == nil {
		return Now{}, false
	}
	return *p.now.what, true
}

// tell says that an item plays now.
func (t *turns) tell() {
	item := t.listed().Item()
	info := item.Entry.Info()
	name := cmp.Or(item.Name, item.Source)
	t.p.now.set(&Now{
		Name: name, Role: item.Role, Place: item.Place, Since: time.Now(), Duration: info.Duration,
		Live: info.Broadcast, Inserted: t.in != nil,
	})
	text := name
	if item.Passed != nil {
		text = fmt.Sprintf("%s; passed over %v", text, item.Passed)
	}
	t.s.note(text)
}
