//go:build unix

package hook

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"caracal/internal/event"
)

// script makes a program of a test's lines; out is a file that it may write to.
func script(t *testing.T, lines string) (c *command, out string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "hook.sh")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nout="+filepath.Join(dir, "out")+"\n"+lines+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &command{argv: []string{file, "an argument; touch $out"}}, filepath.Join(dir, "out")
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var hostile = event.Record{Time: time.Unix(1, 0), Event: event.Refused{
	Player: event.Player{
		Agent: "$(touch /tmp/x)\n`id`\x00\x1b[2J; rm -rf / \xff", Target: "/live?key=s3cretkey", Protocol: strings.Repeat("p", 2*maxVariable),
	},
	Reason: "http://ada:s3cretpass@h/", Status: 404,
}}

// A program gets the event as it is on its standard input, and as harmless variables;
// neither a secret nor the server's own environment.
func TestCommand(t *testing.T) {
	t.Setenv("SERVERS_OWN", "s3cretenv")
	c, out := script(t, `{ cat; echo; env; echo "arg=$1"; } > $out`)
	if again, err := c.tell(t.Context(), hostile, hostile.JSON()); again || err != nil {
		t.Fatal(again, err)
	}
	body, rest, _ := strings.Cut(read(t, out), "\n")
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil || !strings.HasPrefix(fields["player_agent"].(string), "$(touch /tmp/x)\n`id`\x00\x1b[2J") {
		t.Errorf("the standard input is %s: %v", body, err)
	}
	env := map[string]string{}
	for line := range strings.Lines(rest) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			t.Errorf("a value has made a line of its own: %q", line)
		}
		env[name] = value
	}
	for name, want := range map[string]string{
		"CARACAL_EVENT": "refused", "CARACAL_TIME": "1970-01-01T00:00:01Z", "CARACAL_STATUS": "404", "CARACAL_PLAYER_TARGET": "/live?key=xxxxx",
		"CARACAL_PLAYER_AGENT": "$(touch /tmp/x) `id`  [2J; rm -rf / ?", "CARACAL_REASON": "http://ada:xxxxx@h/", "SERVERS_OWN": "",
		"arg": "an argument; touch $out",
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if len(env["CARACAL_PLAYER_PROTOCOL"]) != maxVariable || strings.Contains(body+rest, "s3cret") {
		t.Errorf("%d bytes, or a secret in %s", len(env["CARACAL_PLAYER_PROTOCOL"]), body+rest)
	}
}

func TestCommandFails(t *testing.T) {
	c, _ := script(t, "echo rtsp://ada:s3cretpass@h/ is gone >&2; yes | head -c 100000 >&2; exit 3")
	again, err := c.tell(t.Context(), hostile, nil)
	if !again || err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "ada:xxxxx@h") ||
		strings.Contains(err.Error(), "s3cret") || len(err.Error()) > 2*maxSaid {
		t.Errorf("%v, %.300v", again, err)
	}
	if again, err := (&command{argv: []string{"/nowhere/program"}}).tell(t.Context(), hostile, nil); again || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, %v", again, err)
	}
	c, _ = script(t, "exit 0") // and reads nothing of what it is given
	if again, err := c.tell(t.Context(), hostile, make([]byte, 1<<20)); again || err != nil {
		t.Errorf("%v, %v", again, err)
	}
}

// When its time is up a program is killed with all that it has started; and what it
// leaves behind when it ends by itself is killed too.
func TestCommandIsKilledWithItsGroup(t *testing.T) {
	for name, lines := range map[string]string{
		"hangs":        "sleep 1000 & echo $! > $out.new; mv $out.new $out; trap '' TERM; while :; do sleep 1000; done",
		"leaves some":  "sleep 1000 & echo $! > $out.new; mv $out.new $out",
		"ignores it":   "trap '' TERM HUP INT; sleep 1000 & echo $! > $out.new; mv $out.new $out; wait",
		"many at once": "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; echo $! > $out.new; mv $out.new $out; wait",
	} {
		t.Run(name, func(t *testing.T) {
			c, out := script(t, lines)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				for {
					if _, err := os.Stat(out); err == nil || ctx.Err() != nil {
						cancel()
						return
					}
					time.Sleep(time.Millisecond)
				}
			}()
			c.tell(ctx, hostile, nil)
			child, err := strconv.Atoi(strings.TrimSpace(read(t, out)))
			if err != nil {
				t.Fatal(err)
			}
			for syscall.Kill(child, 0) == nil && !isZombie(child) { // it is about to go
				if t.Context().Err() != nil {
					t.Fatal("it lives on")
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
}

// isZombie says that a process has ended and nobody has waited for it yet.
func isZombie(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, _ := strings.Cut(string(b), ") ")
	return err != nil || strings.HasPrefix(state, "Z")
}
