package auth

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// program answers calls as it is told, after some time.
type program struct {
	answer string
	status int
	takes  time.Duration
	calls  int
	err    error
}

func (p *program) RoundTrip(r *http.Request) (*http.Response, error) {
	p.calls++
	select {
	case <-time.After(p.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if p.err != nil {
		return nil, p.err
	}
	return &http.Response{StatusCode: p.status, Body: io.NopCloser(strings.NewReader(p.answer)), Request: r}, nil
}

func TestAsker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &program{status: http.StatusOK}
		k := NewAsker(AskerOptions{
			URL: "http://program.example/", Timeout: time.Second, KeepYes: time.Minute, KeepNo: 5 * time.Second,
			Client: &http.Client{Transport: p},
		})
		alice := Identity{Account: "alice"}
		ask := func(id Identity, answer string, calls int, want Verdict) {
			t.Helper()
			p.answer, p.calls = answer, 0
			if v, why := k.Decide(t.Context(), playOf("club"), id); v != want || p.calls != calls || v == Denied && why == "" {
				t.Errorf("%v (%s) after %d calls, want %v after %d", v, why, p.calls, want, calls)
			}
		}
		const yes, no = `{"verdict": "allow"}`, `{"verdict": "deny", "reason": "it is late"}`
		ask(alice, yes, 1, Allowed)
		ask(alice, no, 0, Allowed) // kept
		ask(Identity{}, `{"verdict": "prove"}`, 1, Prove)
		ask(Identity{Account: "alice", Groups: []string{"staff"}}, no, 1, Denied) // groups are asked about too
		time.Sleep(time.Minute)
		ask(alice, no, 1, Denied)
		ask(alice, yes, 0, Denied)
		time.Sleep(5 * time.Second)
		ask(alice, yes, 1, Allowed)
		time.Sleep(time.Minute)
		// Whatever goes wrong is a no, and is not kept.
		for _, answer := range []string{"", "{}", `{"verdict": "maybe"}`, "allow", `{"verdict": "allow"`} {
			ask(alice, answer, 1, Denied)
		}
		p.status = http.StatusInternalServerError
		ask(alice, yes, 1, Denied)
		p.status, p.err = http.StatusOK, errors.New("connection refused")
		ask(alice, yes, 1, Denied)
		p.err, p.takes = nil, time.Hour
		began := time.Now()
		ask(alice, yes, 1, Denied)
		if d := time.Since(began); d != time.Second {
			t.Errorf("a program that hangs took %v", d)
		}
		p.takes = 0
		ask(alice, yes, 1, Allowed)
	})
}

// A program says no after the lists have said yes, of the most special level; about
// orders to the server it is not asked.
func TestDeciderHasTheLastWord(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPolicy(Policy{Server: Rules{External: says(Denied), Admin: list(t, "anyone")}})
	g.SetPoint("open", &Rules{External: says(Allowed)})
	g.SetPoint("members", &Rules{External: says(Prove)})
	alice := Identity{Account: "alice"}
	for point, want := range map[string][2]Verdict{"other": {Denied, Denied}, "open": {Allowed, Allowed}, "members": {Prove, Denied}} {
		for i, id := range []Identity{{}, alice} {
			if d := g.Decide(t.Context(), playOf(point), id); d.Verdict != want[i] {
				t.Errorf("%s, %v: %+v", point, id, d)
			}
		}
	}
	a := playOf("other")
	a.Right = Admin
	if d := g.Decide(t.Context(), a, Identity{}); d.Verdict != Allowed {
		t.Errorf("an order: %+v", d)
	}
	// Who may play only proved is known by what he sends at once.
	answer := g.Dialogue().Judge(t.Context(), get(playOf("members")))
	verdict(t, "nobody", answer, Prove, "")
	if len(answer.Challenges) == 0 {
		t.Error("nothing is offered")
	}
}
