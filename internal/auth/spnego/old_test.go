package spnego

import (
	"bytes"
	"errors"
	"testing"
)

// Clients of before RFC 4178 prove no list, though their first choice was not
// taken; if they are not that old they have to.
func TestOldClients(t *testing.T) {
	for legs := 2; legs <= 3; legs++ {
		for _, old := range []bool{false, true} {
			srv := toys(first, toy{legs: legs, key: "key", acceptor: true, old: old})
			i := InitiatorOptions{Mechanisms: []Mechanism{toys("\x2A\x09", toy{legs: 2}), toys(first, toy{legs: legs, key: "key", old: true})}}
			initiator, acceptor := pair(t, i, AcceptorOptions{Mechanisms: []Mechanism{srv}})
			var token []byte
			var done bool
			var err error
			for turn := 0; err == nil && !done && turn < 4; turn++ {
				if token, _, err = initiator.Step(t.Context(), token); err != nil || token == nil {
					break
				}
				if m, bad := ParseNegTokenResp(token); bad == nil {
					m.MIC = nil
					token = m.Append(nil)
				}
				token, done, err = acceptor.Step(t.Context(), token)
			}
			if done != old || !old && !errors.Is(err, ErrMIC) {
				t.Errorf("%d tokens, old %v: %v, %v", legs, old, done, err)
			}
			if m, bad := ParseNegTokenResp(token); old && (bad != nil || m.State != AcceptCompleted || m.MIC != nil) {
				t.Errorf("%d tokens: the last answer is %x", legs, token)
			}
		}
	}
}

// Windows 2000 writes the mechanism's token where its MIC should be.
func TestOldServers(t *testing.T) {
	answer := NegTokenResp{State: AcceptCompleted, Mechanism: first, Token: []byte("toy 2"), MIC: []byte("toy 2")}
	for name, tt := range map[string]struct {
		change func(*NegTokenResp)
		err    error
	}{
		"repeated": {func(*NegTokenResp) {}, nil},
		"wrong":    {func(m *NegTokenResp) { m.MIC = []byte("toy 3") }, ErrMIC},
		"needed":   {func(m *NegTokenResp) { m.State = RequestMIC }, ErrMIC},
	} {
		m := answer
		m.MIC = bytes.Clone(answer.MIC)
		tt.change(&m)
		initiator, _ := pair(t, InitiatorOptions{Mechanisms: []Mechanism{toys(first, toy{legs: 2, key: "key"})}}, server(2))
		if _, _, err := initiator.Step(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if _, done, err := initiator.Step(t.Context(), m.Append(nil)); !errors.Is(err, tt.err) || done != (tt.err == nil) {
			t.Errorf("%s: %v, %v", name, done, err)
		}
	}
}
