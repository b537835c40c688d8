package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"

	"caracal/internal/event"
)

// The headers of what is posted.
const (
	headerEvent     = "X-Caracal-Event"
	headerSignature = "X-Caracal-Signature" // "sha256=" and the HMAC of timestamp, "." and body, in hexadecimal
	headerTime      = "X-Caracal-Timestamp" // of this try, in seconds since 1970
)

// The bounds of an answer.
const (
	maxAnswer     = 64 << 10 // bytes of it that are read, so that the connection can be used again
	maxAnswerHead = 16 << 10
)

// post tells by HTTP.
type post struct {
	url    string
	secret []byte
	client *http.Client
}

func newPost(o *Options) *post {
	n := max(o.AtOnce, 1)
	return &post{url: o.URL, secret: []byte(o.Secret), client: &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: n, MaxConnsPerHost: n, IdleConnTimeout: time.Minute,
			MaxResponseHeaderBytes: maxAnswerHead,
		},
		// What is signed for one is not for another.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// tell posts the event. A receiver that refuses it would refuse it again.
func (p *post) tell(ctx context.Context, r event.Record, body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Caracal")
	req.Header.Set(headerEvent, event.Name(r.Event))
	now := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set(headerTime, now)
	if len(p.secret) > 0 {
		req.Header.Set(headerSignature, sign(p.secret, now, body))
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return true, err
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, maxAnswer); err != nil && err != io.EOF {
		return true, err
	}
	switch s := resp.StatusCode; {
	case s >= 200 && s < 300:
		return false, nil
	default:
		return s >= 500 || s == http.StatusTooManyRequests || s == http.StatusRequestTimeout, statusError(s)
	}
}

// sign is the value of the signature's header.
func sign(secret []byte, now string, body []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(now + "."))
	h.Write(body)
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}
