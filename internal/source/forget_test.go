package source

import (
	"os"
	"testing"
)

// What is forgotten is not kept open for a next player; who plays it goes on.
func TestForget(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.wmv", clip(t, 40))
	f, _ := folder(t, dir, 1<<20)
	e, err := f.Open(t.Context(), "a.wmv")
	if err != nil {
		t.Fatal(err)
	}
	file := e.(*entry).closer.(*os.File)
	f.Forget("a.wmv")
	f.Forget("b.wmv")
	load(t, e, 39)
	if _, err := file.Stat(); err != nil {
		t.Errorf("closed while it is played: %v", err)
	}
	e.Close()
	if _, err := file.Stat(); err == nil || len(f.shelf.books) != 0 {
		t.Errorf("still open, of %d", len(f.shelf.books))
	}
	if e, err = f.Open(t.Context(), "a.wmv"); err != nil {
		t.Fatal(err)
	}
	file = e.(*entry).closer.(*os.File)
	e.Close()
	f.Forget("a.wmv")
	if _, err := file.Stat(); err == nil || len(f.shelf.books) != 0 || len(f.shelf.idle) != 0 {
		t.Errorf("still open, of %d", len(f.shelf.books))
	}
}
