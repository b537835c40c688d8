package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

func TestProcessTreeHasDescendants(t *testing.T) {
	child := exec.Command("sh", "-c", "cat; true") // cat is a child of sh
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	in.Write([]byte("x"))
	out.Read(make([]byte, 1)) // now cat runs
	own := processTree(os.Getpid())
	sh := processTree(child.Process.Pid)
	in.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(sh) != 2 || !slices.Contains(own, sh[1]) {
		t.Errorf("sh has %v, this test %v", sh, own)
	}
	if own[0] != filepath.Join("/proc", strconv.Itoa(os.Getpid())) {
		t.Errorf("the tree begins with %s", own[0])
	}
	// Both have ended: nothing is left to measure, and nothing fails.
	if mb, u := sh.memoryMB(), sh.usage(); mb != 0 || len(u.threads) != 0 || u.user != 0 {
		t.Errorf("%v MB, %+v", mb, u)
	}
}

func TestOwnUsageGrows(t *testing.T) {
	before := ownUsage()
	x := 0
	for i := range 10_000_000 {
		x ^= i
	}
	if s := ownUsage().since(before); s.cpu <= 0 || s.switches < 0 || x < 0 {
		t.Errorf("%+v after some work", s)
	}
	if m := wholeMachine(); m.total <= 0 || m.busy > m.total {
		t.Errorf("machine %+v", m)
	}
}

func TestRaiseFiles(t *testing.T) {
	if err := raiseFiles(10); err != nil {
		t.Error(err)
	}
	if err := raiseFiles(1 << 50); err == nil {
		t.Error("as many files as nobody has")
	}
}
