package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// ETagOf makes an ETag of what a change depends on.
func ETagOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of our own types: it cannot be
	}
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// match compares If-Match with what there is: who writes has to have read it.
func (c *call) match(etag string) error {
	given := c.r.Header.Values("If-Match")
	if len(given) == 0 {
		return &Error{
			Status: http.StatusPreconditionRequired, Type: "precondition-required",
			Detail: "say with If-Match which state this changes: the ETag of what was read, or * for whatever is there",
		}
	}
	for t := range strings.SplitSeq(strings.Join(given, ","), ",") {
		if t = strings.TrimSpace(t); t == "*" || t == etag {
			return nil
		}
	}
	return &Error{
		Status: http.StatusPreconditionFailed, Type: "stale",
		Detail: "it has changed since it was read: read it again, and see whether the change is still wanted",
	}
}

// matchIfGiven is match for orders, which need not say it.
func (c *call) matchIfGiven(etag string) error {
	if c.r.Header.Get("If-Match") == "" {
		return nil
	}
	return c.match(etag)
}
