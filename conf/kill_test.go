package conf

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"caracal/internal/store"
)

// childFolder is set in the process that TestKill kills.
const childFolder = "CONF_TEST_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		if err := talkForEver(folder); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// talkForEver says lines and stores files, and prints the number of each file that is
// said to be stored.
func talkForEver(folder string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, folder)
	if err != nil {
		return err
	}
	m, err := Open(ctx, Options{
		Store: s, Folder: filepath.Join(folder, "conferences"), Permanent: []Config{{Name: "staff"}}, Limits: modelLimits(),
	})
	if err != nil {
		return err
	}
	c, err := m.Find("staff")
	if err != nil {
		return err
	}
	x, _, err := c.Join(ctx, guest("x"))
	for i := 0; err == nil; i++ {
		if err = x.Say(fmt.Sprint(i)); err != nil {
			break
		}
		var u *Upload
		if u, err = x.OfferFile("f", 4); err != nil {
			break
		}
		fmt.Fprintf(u, "%04d", i%10000)
		if _, err = u.Commit(ctx); err == nil {
			fmt.Println(i)
		}
	}
	return err
}

// After kill -9 all files that were said to be stored are there, with what was said
// before them, and nothing is half.
func TestKill(t *testing.T) {
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, said := bufio.NewScanner(out), -1
	for said < 20 && lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &said); err != nil {
			t.Fatal(lines.Text())
		}
	}
	cmd.Process.Kill()
	for lines.Scan() { // what it had still said
		fmt.Sscan(lines.Text(), &said)
	}
	cmd.Wait()
	if said < 20 {
		t.Fatal("the other process came to ", said)
	}
	_, c, closeAll := openKept(t, folder, Options{Limits: modelLimits()})
	defer closeAll()
	m, s := join(t, c, guest("y"))
	last := len(s.Files) - 1
	if last < 0 || len(s.Lines) == 0 {
		t.Fatalf("%d files, %d lines", len(s.Files), len(s.Lines))
	}
	seen := false
	for _, f := range s.Files {
		r, _, err := m.OpenFile(f.ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		r.Close()
		seen = seen || string(b) == fmt.Sprintf("%04d", said)
		if err != nil || len(b) != 4 {
			t.Errorf("%q, %v", b, err)
		}
	}
	heard := false
	for _, l := range s.Lines {
		heard = heard || l.Text == fmt.Sprint(said)
	}
	if !seen || !heard {
		t.Errorf("file %d is there: %v; its line: %v", said, seen, heard)
	}
}

// A file that stands still makes room for others.
func TestUploadStandsStill(t *testing.T) {
	_, c, closeAll := openKept(t, t.TempDir(), Options{Limits: Limits{UploadFor: time.Millisecond}})
	defer closeAll()
	x, _ := join(t, c, guest("x"))
	u, err := x.OfferFile("f", 3)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := x.Next(t.Context()); ; e, err = x.Next(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := e.What.(FileRemoved); ok && f.File == u.File().ID {
			break
		}
	}
	_, err = u.Commit(t.Context())
	refuse(t, "too late", err, ErrNoFile)
}
