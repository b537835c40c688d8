package auth

import "time"

// Verdict is what a Guard says to an Ask.
type Verdict uint8

// The verdicts.
const (
	Denied  Verdict = iota // for good: 403
	Prove                  // not for nobody: 401
	Allowed                //
	Slowed                 // not now, after too many wrong passwords: 429, or 503 where there is none
)

func (v Verdict) String() string {
	return [...]string{"denied", "asked to prove who it is", "allowed", "slowed down"}[v]
}

// Decision is a verdict with what the peer may be told.
type Decision struct {
	Verdict Verdict
	Reason  string        // for people, of Denied and Slowed; it names no secret
	Schemes []string      // of Prove: which, the first that the server likes best
	Realm   string        // of Prove
	Retry   time.Duration // of Slowed
}
