package event

// AuthFailed says that somebody did not prove what he claims to be. It has nothing
// of what was sent to prove it.
type AuthFailed struct {
	Player   Player
	Account  string // that was claimed; "" if there is no such one: people type passwords for names
	Scheme   string
	Failures int    // of this address lately, with this one; 0 if this one does not count
	Reason   string // of a ticket that is not taken; "" for a wrong name or password
}

func (AuthFailed) isEvent() {}
