package proxy

import (
	"context"
	"os"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
)

// begin begins to fetch content: into the cache if that is permitted and there is
// room, else for this player alone.
func (p *Proxy) begin(ctx context.Context, it *item, f facts) (point.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	op, err := p.from.open(ctx, it.url)
	if err != nil {
		return nil, err
	}
	info, err := infoOf(op.header, f)
	if err != nil {
		op.close()
		return nil, err
	}
	if need := p.needs(info, f); need > 0 {
		if e := p.store(it, op, f, info, need); e != nil {
			return e, nil
		}
	}
	return p.pass(it, op, f, info)
}

// needs is how many bytes content takes in the cache; 0 if it may not be there, or
// nobody knows.
func (p *Proxy) needs(info *point.Info, f facts) int64 {
	if p.shelf == nil || !f.Control.MayStore() || info.Packets >= maxPackets {
		return 0
	}
	need := info.DataOffset + info.Packets*int64(info.PacketSize)
	need = max(need, info.Size) + indexRoom
	if need > p.opt.MaxContent {
		return 0
	}
	return need
}

// indexRoom is about what the index of a file takes, bytes.
const indexRoom = 64 << 10

// store begins to fetch content into the cache; nil if that cannot be done now.
func (p *Proxy) store(it *item, op *opening, f facts, info *point.Info, need int64) point.Entry {
	p.mu.Lock()
	room := p.storing < maxFetches && !p.closed
	if room {
		p.storing++
	}
	p.mu.Unlock()
	if !room {
		return nil
	}
	if !p.shelf.make(need) {
		p.ended(nil, it, 0)
		return nil
	}
	base, file, err := p.shelf.create(it.id)
	if err != nil {
		p.ended(nil, it, need)
		p.opt.Bus.Publish(event.ProxyEnded{Point: p.opt.Point, Name: it.name, Err: err})
		return nil
	}
	began := time.Now()
	fe := p.add(fetchOptions{
		from: p.from, url: it.url, op: op, facts: f, info: info, stock: newStock(info, file, nil), most: mostPackets(info), store: true, meter: &p.meter,
		done: func(fe *fetch, err error) {
			p.stored(fe, it, base, file, began, err)
			p.ended(fe, it, need)
			p.settle(fe)
		},
	}, it)
	if fe == nil {
		file.Close()
		p.shelf.abandon(base)
		p.ended(nil, it, need)
		return nil
	}
	p.meter.misses.Add(1)
	p.opt.Bus.Publish(event.ProxyBegan{Point: p.opt.Point, Name: it.name})
	return p.hold(fe)
}

// mostPackets is how many packets content may have whose header may be wrong.
func mostPackets(info *point.Info) int64 { return min(info.Packets+info.Packets/8+64, maxPackets) }

// stored takes content that has come into the cache, or notes why it has not.
func (p *Proxy) stored(f *fetch, it *item, base string, file *os.File, began time.Time, err error) {
	ended := event.ProxyEnded{Point: p.opt.Point, Name: it.name, Packets: f.stock.packets(), Err: err}
	if err == nil {
		ended.Bytes, err = complete(file, f.info.HeaderBytes, f.info.Header, f.info.PacketSize, f.stock.packets())
	}
	if err == nil {
		_, err = p.shelf.keep(base, newRecord(f, it, ended.Bytes, began))
	}
	if err != nil {
		p.shelf.abandon(base)
	} else {
		p.meter.stored.Add(uint64(ended.Bytes))
	}
	ended.Err, ended.Elapsed = err, time.Since(began)
	p.opt.Bus.Publish(ended)
}

// ended gives back what storing content has taken.
func (p *Proxy) ended(f *fetch, it *item, need int64) {
	p.shelf.free(need)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.storing--
	if f != nil && it.fetch == f {
		it.fetch = nil
		it.asked = time.Time{} // what comes next may be another version
	}
}

// add begins a fetch that others can join at its item, if it has one; nil when the
// proxy is being closed.
func (p *Proxy) add(o fetchOptions, it *item) *fetch {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	f := newFetch(o)
	p.active[f] = struct{}{}
	if it != nil {
		it.fetch = f
	}
	return f
}

// hold returns an entry of what is being fetched for all.
func (p *Proxy) hold(f *fetch) point.Entry {
	return f.hold(func() {
		f.mu.Lock()
		idle := f.holders == 0 && !f.begun
		f.mu.Unlock()
		if idle { // somebody wanted to know what it is, and may come again
			time.AfterFunc(unplayed, func() {
				f.mu.Lock()
				idle := f.holders == 0 && !f.begun
				f.mu.Unlock()
				if idle {
					f.cancel(errClosed)
				}
			})
		}
		p.settle(f)
	})
}

// settle lets go of a fetch that is over and that nobody plays any more.
func (p *Proxy) settle(f *fetch) {
	f.mu.Lock()
	over := f.over && f.holders == 0
	f.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, there := p.active[f]; !over || !there {
		return
	}
	delete(p.active, f)
	p.wg.Go(func() {
		f.close()
		if f.stock.file != nil {
			f.stock.file.Close()
		}
	})
}

// pass hands content through for one player.
func (p *Proxy) pass(it *item, op *opening, f facts, info *point.Info) (point.Entry, error) {
	p.mu.Lock()
	full := len(p.active)-p.storing >= maxPassing
	p.mu.Unlock()
	if full {
		op.close()
		return nil, point.ErrBusy
	}
	fe := p.add(fetchOptions{
		from: p.from, url: it.url, op: op, facts: f, info: info, stock: newStock(info, nil, nil), most: maxPackets, meter: &p.meter,
		done: func(fe *fetch, _ error) { p.settle(fe) },
	}, nil)
	if fe == nil {
		op.close()
		return nil, errClosed
	}
	return fe.hold(func() {
		fe.cancel(errClosed)
		p.settle(fe)
	}), nil
}
