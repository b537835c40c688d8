package msb

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// reloadEvery is how often an .nsc file is loaded again, at most.
const reloadEvery = 5 * time.Second

// Listen joins the group of the .nsc file at a URL or a path, which is loaded
// again when packets of an unknown format come. It sets o.Reload and o.Location.
func Listen(ctx context.Context, client *http.Client, where string, o ReceiverOptions) (*Receiver, error) {
	load := func(ctx context.Context) (*Station, error) { return LoadStation(ctx, client, where) }
	st, err := load(ctx)
	if err != nil {
		return nil, err
	}
	o.Reload, o.Location = load, ""
	if u, err := url.Parse(where); err == nil && isURL(where) {
		u.User = nil // it goes into logs
		o.Location = u.String()
	}
	return NewReceiver(st, o)
}

func isURL(where string) bool { return strings.Contains(where, "://") }

// LoadStation gets the .nsc file at a URL, over HTTP, or at a path.
func LoadStation(ctx context.Context, client *http.Client, where string) (*Station, error) {
	if isURL(where) {
		return FetchStation(ctx, client, where)
	}
	f, err := os.Open(where)
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxStation+1))
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	st, err := ParseStation(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return st, nil
}

// FetchStation gets an .nsc file over HTTP.
func FetchStation(ctx context.Context, client *http.Client, url string) (*Station, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	req.Header.Set("User-Agent", agent)
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("msb: %s: %s", req.URL.Redacted(), resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, MaxStation+1))
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	return ParseStation(b)
}

// reloading is an .nsc file that is being loaded again.
type reloading struct {
	result chan *Station // nil: none is; then one value, nil if it failed
	next   time.Time
}

// load begins to load the .nsc file again, if nobody does.
func (r *Receiver) load(ctx context.Context, now time.Time) {
	if r.opt.Reload == nil || r.reload.result != nil || now.Before(r.reload.next) {
		return
	}
	result := make(chan *Station, 1)
	r.reload.result, r.reload.next = result, now.Add(reloadEvery)
	go func() {
		st, err := r.opt.Reload(ctx)
		if err != nil {
			st = nil // the packets stay unknown, and it is tried again
		}
		result <- st
	}()
}

// wait waits for the one who loads.
func (l *reloading) wait() {
	if l.result != nil {
		<-l.result
		l.result = nil
	}
}

// reloaded takes the .nsc file that has come, if one has.
func (r *Receiver) reloaded() error {
	var st *Station
	select {
	case st = <-r.reload.result:
	default:
		return nil
	}
	r.reload.result = nil
	if st == nil {
		return nil
	}
	if group, err := st.Group(); err != nil || group != r.group {
		return ErrMoved
	}
	r.station = st
	for _, f := range st.Formats {
		r.decoder.Learn(f.ID)
	}
	return nil
}
