package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"caracal/internal/sample"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"caracal": main})
}

// The scripts in testdata call the program as its users do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sample": writeSample, "address": freeAddress, "code": exitCode,
			"hang": hang, "closed": closed, "live": live,
			"nsc": fetchNSC, "hup": hangUp,
		},
	})
}

// writeSample writes the sample, or its first bytes: sample FILE [BYTES].
func writeSample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: sample FILE [BYTES]")
	}
	data := sample.Welcome
	if len(args) == 2 {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		data = data[:n]
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}

// freeAddress sets a variable to an address that nobody listens on.
func freeAddress(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: address NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// exitCode runs a program and compares its exit code: code 2 caracal ...
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM ...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// hang begins to play and then neither reads nor goes away: hang ADDRESS.
func hang(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hang ADDRESS")
	}
	c, err := net.Dial("tcp", args[0])
	ts.Check(err)
	ts.Defer(func() { c.Close() })
	_, err = io.WriteString(c, "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: xPlayStrm=1\r\n\r\n")
	ts.Check(err)
	_, err = c.Read(make([]byte, 1))
	ts.Check(err)
}

// closed waits until nobody listens on an address: closed ADDRESS.
func closed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: closed ADDRESS")
	}
	for {
		c, err := net.Dial("tcp", args[0])
		if err != nil {
			return
		}
		c.Close()
	}
}

// live waits until somebody pushes to a point: live URL.
func live(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: live URL")
	}
	for began := time.Now(); ; {
		resp, err := http.Get(args[0])
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Since(began) > time.Minute {
			ts.Fatalf("%s: %v, %v", args[0], resp, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// hangUp sends SIGHUP to all that runs in the background: hup.
func hangUp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hup")
	}
	for _, c := range ts.BackgroundCmds() {
		ts.Check(c.Process.Signal(syscall.SIGHUP))
	}
}

// fetchNSC gets an .nsc file as soon as there is one: nsc URL FILE.
func fetchNSC(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: nsc URL FILE")
	}
	live(ts, false, args[:1])
	resp, err := http.Get(args[0])
	ts.Check(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o644))
}
