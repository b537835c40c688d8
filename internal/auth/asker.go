package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// AskerOptions say which program is asked over HTTP.
type AskerOptions struct {
	URL     string
	Token   Key           // sent as Bearer; "" sends none
	Timeout time.Duration // of one call
	KeepYes time.Duration // how long an answer is good; 0 is not at all
	KeepNo  time.Duration
	Client  *http.Client // one of its own without
}

// Asker is a Decider that has a program decide: POST of askBody to its URL, which
// answers with askAnswer. Whatever goes wrong is a no.
type Asker struct {
	o AskerOptions

	mu   sync.Mutex
	kept map[askBody]keptAnswer
	busy chan struct{} // of calls at a time
}

// askBody is what the program is told.
type askBody struct {
	Right    string `json:"right"`
	Point    string `json:"point"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Protocol string `json:"protocol"`
	Agent    string `json:"agent"`
	Account  string `json:"account"` // "" is nobody
	Groups   string `json:"-"`       // of the account, as part of what is kept
}

// askAnswer is what the program says.
type askAnswer struct {
	Verdict string `json:"verdict"` // "allow", "deny" or, of nobody, "prove"
	Reason  string `json:"reason"`  // of deny, for people
}

type keptAnswer struct {
	verdict Verdict
	reason  string
	until   time.Time
}

const (
	maxAnswer  = 64 << 10 // bytes
	maxKept    = 10000
	maxCalls   = 32 // at a time
	maxReason  = 256
	failedText = "the program that decides about access does not answer as it should"
)

// NewAsker returns one that has asked nothing.
func NewAsker(o AskerOptions) *Asker {
	if o.Client == nil {
		o.Client = &http.Client{
			Transport: &http.Transport{MaxIdleConnsPerHost: 4, MaxConnsPerHost: maxCalls, IdleConnTimeout: time.Minute},
			// What it leads to elsewhere was not named in the configuration.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &Asker{o: o, kept: map[askBody]keptAnswer{}, busy: make(chan struct{}, maxCalls)}
}

// Decide asks, or remembers what was answered.
func (k *Asker) Decide(ctx context.Context, a Ask, id Identity) (Verdict, string) {
	b := askBody{
		Right: a.Right.String(), Point: a.Target.Point, Name: a.Target.Name, Address: a.Address.Unmap().String(),
		Protocol: a.Protocol, Agent: clip(a.Agent), Account: id.Account, Groups: fmt.Sprintf("%q", id.Groups),
	}
	if x, ok := k.remembered(b); ok {
		return x.verdict, x.reason
	}
	ctx, cancel := context.WithTimeout(ctx, k.o.Timeout)
	defer cancel()
	select {
	case k.busy <- struct{}{}:
		defer func() { <-k.busy }()
	case <-ctx.Done():
		return Denied, failedText
	}
	x, err := k.call(ctx, b, id)
	if err != nil {
		return Denied, failedText
	}
	k.keep(b, x)
	return x.verdict, x.reason
}

// call asks now. An error is not kept: the program may come back.
func (k *Asker) call(ctx context.Context, b askBody, id Identity) (keptAnswer, error) {
	body, err := json.Marshal(struct {
		askBody
		Groups []string `json:"groups"`
	}{b, append([]string{}, id.Groups...)})
	if err != nil {
		return keptAnswer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, k.o.URL, bytes.NewReader(body))
	if err != nil {
		return keptAnswer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if k.o.Token != "" {
		req.Header.Set("Authorization", "Bearer "+string(k.o.Token))
	}
	resp, err := k.o.Client.Do(req)
	if err != nil {
		return keptAnswer{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return keptAnswer{}, fmt.Errorf("auth: status %d", resp.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return keptAnswer{}, err
	}
	return parseAnswer(text)
}

func parseAnswer(text []byte) (keptAnswer, error) {
	var a askAnswer
	if err := json.Unmarshal(text, &a); err != nil {
		return keptAnswer{}, err
	}
	x := keptAnswer{reason: a.Reason[:min(len(a.Reason), maxReason)]}
	switch a.Verdict {
	case "allow":
		x.verdict, x.reason = Allowed, ""
	case "prove":
		x.verdict = Prove
	case "deny":
		x.verdict = Denied
	default:
		return keptAnswer{}, errors.New("auth: the verdict is not allow, deny or prove")
	}
	if x.verdict != Allowed && x.reason == "" {
		x.reason = "the program that decides about access says no"
	}
	return x, nil
}

func (k *Asker) remembered(b askBody) (keptAnswer, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	x, ok := k.kept[b]
	return x, ok && time.Now().Before(x.until)
}

func (k *Asker) keep(b askBody, x keptAnswer) {
	d := k.o.KeepNo
	if x.verdict == Allowed {
		d = k.o.KeepYes
	}
	if d <= 0 {
		return
	}
	now := time.Now()
	x.until = now.Add(d)
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.kept) >= maxKept {
		for b, x := range k.kept {
			if !now.Before(x.until) {
				delete(k.kept, b)
			}
		}
	}
	if len(k.kept) >= maxKept {
		clear(k.kept)
	}
	k.kept[b] = x
}
