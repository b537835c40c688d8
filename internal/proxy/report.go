package proxy

import (
	"cmp"
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/cdl"
	"caracal/internal/event"
	"caracal/internal/remote"
)

// The bounds of what is told to an origin.
const (
	maxReports  = 256 // that wait
	maxHeard    = 1024
	reporters   = 2 // that are sent at once
	reportTime  = 10 * time.Second
	complainGap = time.Minute
)

// report is a remote event on its way to the origin.
type report struct {
	url   string
	event *remote.Event
}

// reporter tells the origin what it has subscribed to. Nobody waits for it.
type reporter struct {
	p     *Proxy
	heard *event.Subscription // nil: no bus
	queue chan report
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu         sync.Mutex
	lost       uint64 // since the last complaint
	complained time.Time
}

func newReporter(p *Proxy) *reporter {
	r := &reporter{p: p, queue: make(chan report, maxReports)}
	r.ctx, r.stop = context.WithCancel(context.Background())
	if p.opt.Bus != nil {
		r.heard = p.opt.Bus.Subscribe(maxHeard)
		r.wg.Go(r.listen)
	}
	for range reporters {
		r.wg.Go(r.send)
	}
	return r
}

// close ends it. What waits is lost.
func (r *reporter) close() {
	r.stop()
	if r.heard != nil {
		r.heard.Close()
	}
	r.wg.Wait()
}

// listen takes the logs that players of this point have sent.
func (r *reporter) listen() {
	for rec := range r.heard.C() {
		e, ok := rec.Event.(event.LogReceived)
		if !ok {
			continue
		}
		name, here := below(r.p.opt.Point, e.Player.Target)
		if !here {
			continue
		}
		url, f, known := r.p.known(name)
		if known && f.Control.Subscribes(cachecontrol.RemoteLog) {
			r.log(e, url, rec.Time)
		}
	}
}

// below returns the name below a point of what a player has asked for.
func below(point, target string) (string, bool) {
	target = strings.Trim(target, "/")
	if point == "" || target == point {
		return strings.TrimPrefix(target, point), true
	}
	return strings.CutPrefix(target, point+"/")
}

// known is what the origin has said about a name, if it was ever asked.
func (p *Proxy) known(name string) (url string, f facts, ok bool) {
	p.mu.Lock()
	it := p.items[name]
	if it != nil {
		url, f, ok = it.url, it.facts, it.seen
	}
	p.mu.Unlock()
	if ok || p.shelf == nil || !canBeAsked(name) {
		return url, f, ok
	}
	k := p.shelf.find(urlOf(p.public, name))
	if k == nil {
		return "", facts{}, false
	}
	return urlOf(p.base, name), p.shelf.recordOf(k).facts(), true
}

// log forwards what a player says of rendering, [MS-WMSP] 3.2.5.11 and 4.12.
func (r *reporter) log(e event.LogReceived, url string, now time.Time) {
	if e.Kind == event.LogConnect || e.Kind == event.LogStreaming {
		return
	}
	l, ok := parseLog(e.Text)
	if !ok {
		return
	}
	l.forward(e.Player.Address.Addr(), r.p.ownAddress(), url, now)
	re := &remote.Event{Type: remote.Log}
	re.User.AddInt(remote.ItemContextType, 2)
	re.User.AddText(remote.ItemUserAgent, cmp.Or(e.Agent, e.Player.Agent))
	re.User.AddText(remote.ItemUserGUID, cmp.Or(e.GUID, e.Player.GUID))
	re.Command.AddInt(remote.ItemContextType, 5)
	re.Command.AddText(remote.ItemContextURL, shown(url))
	re.Command.AddText(remote.ItemRemoteLog, l.xml())
	r.tell(url, re)
}

// tell has an event sent, if there is room for it.
func (r *reporter) tell(url string, e *remote.Event) {
	if len(e.Append(nil)) > cdl.MaxBytes {
		r.dropped(nil)
		return
	}
	select {
	case r.queue <- report{url, e}:
	default:
		r.dropped(nil)
	}
}

// dropped counts an event that the origin does not get.
func (r *reporter) dropped(err error) {
	if err == nil {
		r.p.meter.dropped.Add(1)
	} else {
		r.p.meter.unsent.Add(1)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost++
	if now := time.Now(); now.Sub(r.complained) >= complainGap {
		r.complained = now
		r.p.opt.Bus.Publish(event.ProxyLogs{Point: r.p.opt.Point, Lost: r.lost, Err: err})
		r.lost = 0
	}
}

func (r *reporter) send() {
	for {
		select {
		case <-r.ctx.Done():
			return
		case x := <-r.queue:
			ctx, cancel := context.WithTimeout(r.ctx, reportTime)
			err := r.p.from.tell(ctx, x.url, x.event)
			cancel()
			if err != nil {
				r.dropped(err)
				continue
			}
			r.p.meter.forwarded.Add(1)
		}
	}
}

// ownAddress is the one from which the origin was connected to last; not valid
// before.
func (p *Proxy) ownAddress() netip.Addr {
	if a := p.local.Load(); a != nil {
		return *a
	}
	return netip.Addr{}
}
