package front

import (
	"context"
	"errors"
	"strings"
	"time"

	"caracal/internal/auth"
)

// Ask is that the peer wants to play what a point has; of and name are the point's
// name and all that was asked for.
func (c *Conn) Ask(of, name, agent string) auth.Ask {
	return auth.Ask{
		Right: auth.Play, Target: auth.Target{Point: of, Name: name},
		Address: c.Addr.Addr(), Protocol: c.acceptor.opt.Protocol, Agent: agent,
	}
}

// Guard decides who may do what here; nil lets anybody play.
func (c *Conn) Guard() *auth.Guard { return c.acceptor.opt.Guard }

// May is point.Asker's May for who is known to be id, and asks as it is said but for the
// Target.
func (c *Conn) May(id auth.Identity, ask auth.Ask) func(ctx context.Context, of, name string) error {
	guard := c.Guard()
	if guard == nil {
		return nil
	}
	ask.Agent = strings.Clone(ask.Agent[:min(len(ask.Agent), maxAgent)]) // not the connection, nor all of a head
	return func(ctx context.Context, of, name string) error {
		ask := ask
		ask.Target = auth.Target{Point: of, Name: name}
		d := guard.Decide(ctx, ask, id)
		switch d.Verdict {
		case auth.Allowed:
			return nil
		case auth.Prove:
			return errUnproved
		}
		return errors.New(d.Reason)
	}
}

// errUnproved is why somebody may not play what he might if he proved who he is.
var errUnproved = errors.New("who plays this has to prove who he is")

// The bounds of a dialogue.
const (
	maxAgent = 256 // of a player, that is kept, bytes
	// judgeTime is how long a request may take to be judged: a password's turn, its
	// hash, and a program that decides.
	judgeTime = 30 * time.Second
	// maxChallenges is how many requests in a row a connection may be told to prove.
	maxChallenges = 16
)

// Visitor is what a connection of a protocol with headers knows of its peer. It
// belongs to the connection's goroutine.
type Visitor struct {
	dialogue   *auth.Dialogue
	challenges int // in a row
}

// Judge says what becomes of a request. last is that the connection has been told
// often enough to prove who it is.
func (v *Visitor) Judge(c *Conn, r auth.Request) (a auth.Answer, last bool) {
	if v.dialogue == nil {
		v.dialogue = c.Guard().Dialogue()
	}
	ctx, cancel := context.WithTimeout(context.Background(), judgeTime)
	defer cancel()
	r.Old = true
	a = v.dialogue.Judge(ctx, r)
	if a.Verdict == auth.Allowed {
		v.challenges = 0
		return a, false
	}
	v.challenges++
	return a, v.challenges >= maxChallenges
}

// RefusalOf is the status of what is not allowed, and what people are told. begins
// says that this is how a dialogue goes on: nobody was refused yet.
func RefusalOf(a auth.Answer, given bool) (status int, text string, begins bool) {
	switch a.Verdict {
	case auth.Prove:
		return 401, "say who you are: a name and a password", a.More || !given
	case auth.Slowed:
		return 503, "there were too many wrong passwords from this address", false
	}
	return 403, "access is denied: " + a.Reason, false
}
