package session

import "errors"

// The reasons for which a session is refused or ended.
var (
	ErrFull            = errors.New("session: the server has as many players as it may")
	ErrPointFull       = errors.New("session: this publishing point has as many players as it may")
	ErrAddressFull     = errors.New("session: this address has as many players as it may")
	ErrAccountFull     = errors.New("session: this account has as many players as it may")
	ErrBandwidth       = errors.New("session: what plays already takes the bandwidth that there is")
	ErrPlayerBandwidth = errors.New("session: this content takes more bandwidth than a player may have")
	ErrLength          = errors.New("session: it has lasted as long as it may")
	ErrDraining        = errors.New("session: the server is shutting down")
	ErrIdle            = errors.New("session: idle for too long")
	ErrEnded           = errors.New("session: it has ended")
	ErrRevoked         = errors.New("session: its account has been removed")

	// ErrByAdministrator is why a session ends that somebody who looks after the
	// server has ended.
	ErrByAdministrator = errors.New("session: ended by the administrator")
)

// LimitError is a refusal by one of the Limits.
type LimitError struct {
	Limit string // its name: "server.players", "point.bandwidth"
	Err   error  // one of the reasons above
}

func (e *LimitError) Error() string { return e.Err.Error() + " (" + e.Limit + ")" }

func (e *LimitError) Unwrap() error { return e.Err }

// LimitOf names the limit that an error is about; "" for none.
func LimitOf(err error) string {
	var e *LimitError
	if errors.As(err, &e) {
		return e.Limit
	}
	return ""
}

func fullness(s scope) error {
	err := [scopes]error{ErrFull, ErrPointFull, ErrAddressFull, ErrAddressFull, ErrAccountFull}[s]
	return &LimitError{s.String() + ".players", err}
}
