package proxy

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"time"
	"unicode"

	"caracal/internal/cachecontrol"
	"caracal/internal/pull"
)

// The bounds of what stands beside a file in the cache.
const (
	recordVersion = 1
	maxRecord     = 64 << 10 // bytes
	maxName       = 1024     // bytes of a name below the point
	maxControl    = 4 << 10  // bytes of a Cache-Control header
)

var errRecord = errors.New("proxy: this is no record of the cache")

// record is the JSON beside a file in the cache: where it is from, and what the
// origin has said about it.
type record struct {
	Version   int       `json:"version"`
	URL       string    `json:"url"`
	Name      string    `json:"name"` // below the point
	Tag       string    `json:"etag,omitempty"`
	Modified  time.Time `json:"modified,omitzero"`
	Control   string    `json:"cache_control"`
	Bytes     int64     `json:"bytes"` // of the file
	Packets   int64     `json:"packets"`
	Stored    time.Time `json:"stored"`
	Validated time.Time `json:"validated"`
}

func (r *record) append() []byte {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err) // it has no such values
	}
	return append(b, '\n')
}

// parseRecord reads a whole record.
func parseRecord(b []byte) (*record, error) {
	var r record
	if len(b) > maxRecord {
		return nil, errRecord
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, errors.Join(errRecord, err)
	}
	switch {
	case r.Version != recordVersion, r.URL == "", len(r.URL) > pull.MaxURL, !canBeAsked(r.Name),
		len(r.Tag) > maxTag, len(r.Control) > maxControl, r.Bytes <= 0, r.Packets <= 0, r.Packets > maxPackets:
		return nil, errRecord
	}
	return &r, nil
}

// facts are what the record says of the origin's answer.
func (r *record) facts() facts {
	return facts{Control: cachecontrol.Parse(r.Control), Tag: r.Tag, Modified: r.Modified}
}

// believe takes over what the origin says now.
func (r *record) believe(f facts, now time.Time) {
	r.Tag, r.Modified, r.Validated = f.Tag, f.Modified, now.UTC().Truncate(time.Second)
	if r.Control = f.Control.String(); len(r.Control) > maxControl {
		r.Control = ""
	}
}

// canBeAsked says whether a name below the point may go into a URL of the origin.
func canBeAsked(name string) bool {
	if name == "" {
		return true
	}
	if len(name) > maxName || !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c == '\\' || unicode.IsControl(c) })
}
