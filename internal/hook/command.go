package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"caracal/internal/event"
	"caracal/internal/redact"
)

// The bounds of what a program is told and says.
const (
	maxVariable = 4 << 10 // bytes of one variable's value
	maxSaid     = 4 << 10 // bytes of its standard error that are kept
)

// leftOver is how long a program's output may be held open by what it has started, when
// it has ended.
const leftOver = time.Second

// kept are the variables of the server's own that a program gets.
var kept = []string{"PATH", "HOME", "LANG", "TZ", "TMPDIR", "SYSTEMROOT"}

// command tells by starting a program, without a shell.
type command struct{ argv []string }

// tell runs the program with the event on its standard input and in its environment,
// and ends all that it has started.
func (c *command) tell(ctx context.Context, r event.Record, body []byte) (again bool, err error) {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	said := &clipped{}
	cmd.Stdin, cmd.Stderr, cmd.Env = bytes.NewReader(body), said, environment(r)
	cmd.Dir, cmd.SysProcAttr, cmd.WaitDelay = os.TempDir(), ownGroup(), leftOver
	if err := cmd.Start(); err != nil {
		return false, err
	}
	ended := make(chan struct{})
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		select {
		case <-ctx.Done():
		case <-ended:
		}
		killGroup(cmd)
	}()
	err = wait(cmd, func() { close(ended); <-killed })
	switch {
	case errors.Is(err, exec.ErrWaitDelay): // somebody has left the group and holds what the program wrote to
		return false, nil
	case ctx.Err() != nil:
		return true, fmt.Errorf("hook: %s did not end in time", c.argv[0])
	case err != nil:
		return true, fmt.Errorf("hook: %s: %w %s", c.argv[0], err, redact.Text(said.String()))
	}
	return false, nil
}

// environment is what a program gets: little of the server's own, and the event's facts
// as CARACAL_ and their names.
func environment(r event.Record) []string {
	var env []string
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	put := func(name string, value any) {
		env = append(env, "CARACAL_"+strings.ToUpper(name)+"="+harmless(fmt.Sprint(value)))
	}
	put("event", event.Name(r.Event))
	put("time", r.Time.UTC().Format(time.RFC3339Nano))
	for _, f := range event.Fields(r.Event) {
		put(f.Name, f.Value)
	}
	return env
}

// harmless writes what terminals, scripts and the system take for more than text as
// blanks.
func harmless(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7F && c < 0xA0 {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > maxVariable {
		s = strings.ToValidUTF8(s[:maxVariable], "")
	}
	return s
}

// clipped keeps the beginning of what is written to it.
type clipped struct{ b bytes.Buffer }

func (c *clipped) Write(p []byte) (int, error) {
	c.b.Write(p[:min(len(p), maxSaid-c.b.Len())])
	return len(p), nil
}

func (c *clipped) String() string { return strings.TrimSpace(c.b.String()) }
