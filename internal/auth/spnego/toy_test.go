package spnego

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
)

// A toy is a mechanism of any number of tokens, which take turns and begin with
// the initiator's: "toy 1", "toy 2" ... Both sides sign with one key.
type toy struct {
	legs     int
	acceptor bool
	key      string // "" does not sign
	old      bool

	next int
	last bool
}

var errToy = errors.New("not the toy's token")

func (y *toy) Step(_ context.Context, token []byte) ([]byte, bool, error) {
	if y.next == 0 {
		if y.next = 1; y.acceptor {
			y.next = 2
		}
	}
	due := y.next - 1
	if due > 0 && string(token) != fmt.Sprintf("toy %d", due) || due == 0 && len(token) > 0 || y.last {
		return nil, false, errToy
	}
	mine := y.next
	y.next += 2
	y.last = mine >= y.legs // nothing of the peer's comes behind it
	if mine > y.legs {
		return nil, true, nil
	}
	return fmt.Appendf(nil, "toy %d", mine), y.last, nil
}

func (y *toy) sum(list []byte, acceptor bool) []byte {
	h := hmac.New(sha256.New, []byte(y.key))
	fmt.Fprint(h, acceptor, list)
	return h.Sum(nil)
}

func (y *toy) MIC(list []byte) ([]byte, error) {
	if y.key == "" {
		return nil, ErrNoMIC
	}
	return y.sum(list, y.acceptor), nil
}

func (y *toy) VerifyMIC(list, mic []byte) error {
	if y.key == "" {
		return ErrNoMIC
	}
	if !bytes.Equal(mic, y.sum(list, !y.acceptor)) {
		return errors.New("wrong")
	}
	return nil
}

func (y *toy) Older() bool { return y.old }

func toys(oid OID, y toy) Mechanism {
	return Mechanism{oid, func() (Exchange, error) { made := y; return &made, nil }}
}

const (
	first  OID = "\x2A\x01"
	second OID = "\x2A\x02"
)

// meet lets both come to an end; it returns what was said, and the first error.
func meet(t *testing.T, i *Initiator, a *Acceptor) (said [][]byte, err error) {
	t.Helper()
	var token []byte
	var iDone, aDone bool
	for !iDone || !aDone {
		if iDone {
			return said, fmt.Errorf("the initiator alone is done")
		}
		if token, iDone, err = i.Step(t.Context(), token); err != nil {
			return said, fmt.Errorf("initiator: %w", err)
		}
		if token == nil {
			if !iDone || !aDone {
				return said, fmt.Errorf("done: %v, %v", iDone, aDone)
			}
			break
		}
		said = append(said, token)
		if aDone {
			return said, fmt.Errorf("the acceptor alone is done")
		}
		if token, aDone, err = a.Step(t.Context(), token); err != nil {
			return said, fmt.Errorf("acceptor: %w", err)
		}
		if token != nil {
			said = append(said, token)
		}
	}
	return said, nil
}

func pair(t *testing.T, i InitiatorOptions, a AcceptorOptions) (*Initiator, *Acceptor) {
	t.Helper()
	initiator, err := NewInitiator(i)
	if err != nil {
		t.Fatal(err)
	}
	acceptor, err := NewAcceptor(a)
	if err != nil {
		t.Fatal(err)
	}
	return initiator, acceptor
}

// Mechanisms of every number of tokens, chosen first or second, with and without
// a token in the beginning, signing or not, old or not.
func TestMatrix(t *testing.T) {
	for legs := 1; legs <= 5; legs++ {
		for bits := range 1 << 5 {
			on := func(n int) bool { return bits>>n&1 != 0 }
			y := toy{legs: legs, key: "key", old: on(4)}
			if on(3) {
				y.key = ""
			}
			srv := y
			srv.acceptor = true
			i := InitiatorOptions{Mechanisms: []Mechanism{toys(first, y)}, NoToken: on(1), MIC: on(2)}
			if on(0) {
				i.Mechanisms = []Mechanism{toys(second, toy{legs: 2}), toys(first, y)}
			}
			initiator, acceptor := pair(t, i, AcceptorOptions{Mechanisms: []Mechanism{toys(first, srv)}})
			said, err := meet(t, initiator, acceptor)
			name := fmt.Sprintf("%d tokens, %05b", legs, bits)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if initiator.Mechanism() != first || acceptor.Mechanism() != first || !acceptor.Done() {
				t.Errorf("%s: %v, %v", name, initiator.Mechanism(), acceptor.Mechanism())
			}
			if want := on(0) && !on(3) && !on(4); want && !(initiator.proof.received && acceptor.proof.received) {
				t.Errorf("%s: the list is not proved", name)
			}
			if on(3) && (initiator.proof.received || acceptor.proof.received) {
				t.Errorf("%s: the list is proved with no key", name)
			}
			for _, token := range said {
				if _, _, err := acceptor.Step(t.Context(), token); !errors.Is(err, ErrState) && !errors.Is(err, ErrLimit) {
					t.Errorf("%s: after the end: %v", name, err)
				}
			}
		}
	}
}
