package msb

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	agent        = "NSPlayer" // of those who submit logs, [MS-WMLOG] 3.6
	logTimeout   = 10 * time.Second
	maxLogAnswer = 64 << 10 // bytes that are read of an answer
)

// receiverLog is what the log says of an entry.
type receiverLog struct {
	began                          time.Time
	packets, repaired, lost, bytes uint64
}

// submission is a log on its way.
type submission struct{ url, line string }

// add counts a packet.
func (l *receiverLog) add(p *Received) {
	l.packets++
	l.lost += uint64(p.Lost)
	l.bytes += uint64(len(p.Data))
	if p.Repaired {
		l.repaired++
	}
}

// maxLogs is how many lines wait for their submission; a receiver of short
// entries leaves the others out.
const maxLogs = 16

// entry ends the entry before, if there was one: its log is submitted while packets
// of the next come in, [MS-MSB] 4.2.
func (r *Receiver) entry() {
	if r.log.packets > 0 && r.opt.Client != nil && r.station.LogURL != "" {
		select {
		case r.logs <- submission{r.station.LogURL, r.logLine(time.Now())}:
		default:
		}
	}
	r.log = receiverLog{began: time.Now()}
}

// logLine is the logging message of an entry, [MS-WMLOG] 2.3 with the 44 fields
// of 2.2.1. What a Receiver has not got is "-" or 0, as there.
func (r *Receiver) logLine(now time.Time) string {
	l := &r.log
	now = now.UTC()
	seconds := uint64(now.Sub(l.began) / time.Second)
	location := r.opt.Location
	if location == "" {
		location = "-"
	}
	return "MX_STATS_LogLine: \t" + fmt.Sprint("0.0.0.0 ", now.Format("2006-01-02 15:04:05"), " - asfm://", r.group,
		" 0 ", seconds, " 1 200 {3300AD50-2C39-46c0-AE0A-000000000000} 1.0.0.0 en-US ", agent, " - - - - - - 0 0 ",
		l.bytes*8/max(seconds, 1), " asfm UDP - - ", location, " - ", l.bytes, " - ", l.packets-l.repaired, " 0 ",
		l.lost+l.repaired, " 0 0 ", l.repaired, " 0 0 0 ", 100*l.packets/(l.packets+l.lost), " ", r.group.Addr(), " - - -")
}

// submitLogs submits logs until there are no more, and closes done. Nobody waits for
// one that cannot be submitted.
func (r *Receiver) submitLogs(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	sinks := map[string]bool{}
	for l := range r.logs {
		sink, asked := sinks[l.url]
		if !asked {
			body, err := r.ask(ctx, http.MethodGet, l.url, "")
			sink = err == nil && isLogSink(body)
			sinks = map[string]bool{l.url: sink}
		}
		if !sink {
			continue
		}
		if _, err := r.ask(ctx, http.MethodPost, l.url, l.line); err != nil {
			sinks = map[string]bool{l.url: false}
		}
	}
}

// lastLog submits the log of the entry that has ended or is stopped, [MS-MSB] 3.2.5.4
// and 3.2.7.1, and waits until all are.
func (r *Receiver) lastLog(cancel context.CancelFunc, done <-chan struct{}) {
	r.entry()
	close(r.logs)
	late := time.AfterFunc(logTimeout, cancel)
	defer late.Stop()
	<-done
	cancel()
}

func (r *Receiver) ask(ctx context.Context, method, url, body string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", agent)
	if body != "" {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	resp, err := r.opt.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(io.LimitReader(resp.Body, maxLogAnswer))
}

// isLogSink says that an answer is that of who takes logs, [MS-WMLOG] 2.3.
func isLogSink(body []byte) bool {
	_, after, ok := bytes.Cut(body, []byte("<body><h1>"))
	return ok && (bytes.HasPrefix(after, []byte("NetShow ISAPI Log Dll")) || bytes.HasPrefix(after, []byte("WMS ISAPI Log Dll/")))
}
