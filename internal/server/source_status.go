package server

import (
	"log/slog"
	"time"

	"caracal/internal/event"
	"caracal/internal/source"
)

// statusSource is how the source of a broadcast is.
type statusSource struct {
	From    string    `json:"from,omitempty"` // and the texts below: for callers on this machine
	Phase   string    `json:"phase"`          // connecting, streaming, waiting, stopped
	Since   time.Time `json:"since"`
	Packets uint64    `json:"packets"`
	Bytes   uint64    `json:"bytes"`
	BitRate uint64    `json:"bit_rate"` // bits a second, of the last seconds
	Starts  uint64    `json:"starts"`
	Tries   int       `json:"tries"` // since it last worked
	RetryIn float64   `json:"retry_in_seconds,omitempty"`
	Note    string    `json:"note,omitempty"`
	Error   string    `json:"last_error,omitempty"`
}

// status is nil where the server feeds nothing. The words of errors and of what
// is played may hold names of files, which are not for everybody.
func (f *fed) status(local bool) *statusSource {
	if f.running == nil {
		return nil
	}
	st := f.running.State()
	s := &statusSource{
		Phase: string(st.Phase), Since: st.Since.UTC(), Packets: st.Packets, Bytes: st.Bytes, BitRate: st.BitRate,
		Starts: st.Starts, Tries: st.Tries,
	}
	if st.Phase == source.Waiting {
		s.RetryIn = max(0, time.Until(st.Retry).Seconds())
	}
	if local {
		s.From, s.Note = f.from.From, st.Note
		if st.Err != nil {
			s.Error = st.Err.Error()
		}
	}
	return s
}

// sourceOf is the status of a point's source, nil if it has none.
func sourceOf(opener any, local bool) *statusSource {
	if b := broadcastOf(opener); b != nil {
		return b.fed.status(local)
	}
	return nil
}

// reportSource logs what sources do.
func (c *counter) reportSource(e event.Event) {
	log := func(s event.Source) *slog.Logger { return c.log.With("point", s.Point, "source", s.From) }
	switch e := e.(type) {
	case event.SourceConnecting:
		log(e.Source).Debug("source is being started", "try", e.Try)
	case event.SourceStreaming:
		log(e.Source).Info("source streams", "after", e.After)
	case event.SourceFailed:
		log(e.Source).Warn("source has ended", "error", e.Err, "packets", e.Packets, "bytes", e.Bytes,
			"elapsed", e.Elapsed, "retry", e.Retry)
	case event.EntrySkipped:
		c.log.Warn("an item of a playlist is passed over", "list", e.List, "item", e.Source, "error", e.Err)
	case event.FallbackBegan:
		log(e.Source).Warn("the source brings nothing: the fallback is broadcast")
	case event.FallbackEnded:
		log(e.Source).Info("the fallback has ended", "elapsed", e.Elapsed, "error", e.Err)
	case event.SourceStopped:
		log(e.Source).Info("source stopped", "packets", e.Packets, "bytes", e.Bytes, "elapsed", e.Elapsed)
	}
}
