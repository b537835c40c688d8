package server

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"caracal/internal/config"
)

// Who asks while a reload goes on shares the next one, and one goes on at a time.
func TestReloadsAreTakenTogether(t *testing.T) {
	s, _ := start(t, testConfig())
	began, goOn := make(chan int), make(chan struct{})
	reads, busy := 0, 0
	errOdd := errors.New("odd")
	s.ReloadFrom(ReloadSource{Read: func([]byte) (*config.Config, error) {
		reads, busy = reads+1, busy+1
		if busy != 1 {
			t.Error("two at a time")
		}
		began <- reads
		<-goOn
		busy--
		if reads%2 == 1 {
			return nil, errOdd
		}
		return s.cfg, nil
	}})
	first := make(chan error, 1)
	go func() {
		_, err := s.Reload(t.Context())
		first <- err
	}()
	<-began
	var joined []*reloadTurn
	for range 50 {
		turn, err := s.reloads.join()
		if err != nil {
			t.Fatal(err)
		}
		joined = append(joined, turn)
	}
	for _, turn := range joined {
		if turn != joined[0] {
			t.Fatal("those who wait do not wait for the same")
		}
	}
	goOn <- struct{}{}
	if err := <-first; !errors.Is(err, errOdd) {
		t.Errorf("%v", err)
	}
	if n := <-began; n != 2 {
		t.Errorf("read %d times", n)
	}
	goOn <- struct{}{}
	if <-joined[0].done; joined[0].err != nil {
		t.Errorf("%v", joined[0].err)
	}
}

// A change of the file counts when it is the same at two looks, whoever made it and how:
// in place, by another file of its name, or with the same size and time.
func TestFileWatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "caracal.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	w := newWatch(file)
	look := func(want bool) {
		t.Helper()
		if is, err := w.changed(); is != want || err != nil {
			t.Errorf("%v, %v, want %v", is, err, want)
		}
	}
	look(false)
	at, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	write("two")
	if err := os.Chtimes(file, at.ModTime(), at.ModTime()); err != nil {
		t.Fatal(err)
	}
	look(false) // somebody may still be writing
	look(true)
	look(false)
	write("thr") // and is
	look(false)
	write("three")
	look(false)
	look(true)
	if err := os.Rename(file, file+".old"); err != nil {
		t.Fatal(err)
	}
	if is, err := w.changed(); is || err == nil {
		t.Errorf("without a file: %v, %v", is, err)
	}
	write("four")
	look(false)
	look(true)
	if err := os.Rename(file+".old", file); err != nil {
		t.Fatal(err)
	}
	look(false)
	look(true)
	write("three")
	look(false)
	look(false) // as it was
}
