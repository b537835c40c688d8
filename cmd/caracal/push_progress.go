package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// How often progress is shown: on a terminal, in one line, and elsewhere, in a
// line each.
const (
	terminalEvery = time.Second
	plainEvery    = 10 * time.Second
)

// progress shows how a push goes on.
type progress struct {
	w        io.Writer
	terminal bool

	began   time.Time // of the first packet
	shown   time.Time
	packets int
	bytes   int64
	shownAt int64 // bytes
	breaks  int
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// sent counts a packet.
func (p *progress) sent(now time.Time, n int) {
	if p.packets == 0 {
		p.began, p.shown = now, now
		fmt.Fprintln(p.w, "pushing")
	}
	p.packets++
	p.bytes += int64(n)
	every := plainEvery
	if p.terminal {
		every = terminalEvery
	}
	if since := now.Sub(p.shown); since >= every {
		p.show(now, since)
	}
}

func (p *progress) show(now time.Time, since time.Duration) {
	line := fmt.Sprintf("%v  %d packets  %s  %.0f kbit/s", now.Sub(p.began).Round(time.Second), p.packets,
		sizeText(p.bytes), float64(p.bytes-p.shownAt)*8/1000/since.Seconds())
	p.shown, p.shownAt = now, p.bytes
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

// away says that the server has gone, and when it is tried again.
func (p *progress) away(err error, wait time.Duration) {
	p.clear()
	fmt.Fprintf(p.w, "the server has gone: %v; trying again in %v\n", err, wait)
}

func (p *progress) back(now time.Time) {
	p.breaks++
	p.shown, p.shownAt = now, p.bytes
	fmt.Fprintln(p.w, "pushing again")
}

func (p *progress) end() { p.clear() }

// clear takes the terminal's line away.
func (p *progress) clear() {
	if p.terminal && p.packets > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func (p *progress) summary(now time.Time) string {
	took := time.Duration(0)
	if p.packets > 0 {
		took = now.Sub(p.began)
	}
	s := fmt.Sprintf("pushed %d packets, %s in %v", p.packets, sizeText(p.bytes), took.Round(100*time.Millisecond))
	if p.breaks > 0 {
		s += fmt.Sprintf(", with %d breaks", p.breaks)
	}
	return s
}

func sizeText(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1e3)
}
