package conf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/store"
)

func openKept(t testing.TB, folder string, opt Options) (*Manager, *Conference, func()) {
	t.Helper()
	s, err := store.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	opt.Store, opt.Folder = s, folder+"/conferences"
	m, c := one(t, opt)
	closeAll := func() { m.Close(); s.Close() }
	return m, c, closeAll
}

func upload(t testing.TB, m *Member, name, content string) File {
	t.Helper()
	u, err := m.OfferFile(name, int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(u, content); err != nil {
		t.Fatal(err)
	}
	f, err := u.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	_, c, closeAll := openKept(t, folder, Options{Limits: Limits{FileSize: 10, FileBytes: 25, FileRate: Rate{100, 1}, ByteRate: Rate{1000, 1}}})
	defer closeAll()
	x, _ := join(t, c, guest("x"))
	y, _ := join(t, c, guest("y"))
	drain(t, x)
	f := upload(t, x, `C:\dir\réport.txt`, "0123456789")
	if f.Name != "réport.txt" || f.SHA256 != sha256.Sum256([]byte("0123456789")) {
		t.Errorf("%+v", f)
	}
	r, _, err := y.OpenFile(f.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	refuse(t, "another's", y.RemoveFile(f.ID), ErrNotAllowed)
	_, err = x.OfferFile("a", 11)
	refuse(t, "too large", err, ErrFileTooLarge)
	_, err = x.OfferFile("com1.txt", 1)
	refuse(t, "a device", err, ErrFileName)
	u, err := x.OfferFile("less", 5)
	if err != nil {
		t.Fatal(err)
	}
	_, err = u.Write([]byte("123456"))
	refuse(t, "more than was said", err, ErrFileSize)
	_, err = u.Commit(t.Context())
	refuse(t, "less than was said", err, ErrFileSize)
	second := upload(t, y, "b", "0123456789")
	upload(t, y, "c", "0123456789") // the oldest goes
	_, _, err = y.OpenFile(f.ID)
	refuse(t, "the oldest", err, ErrNoFile)
	if b, err := io.ReadAll(r); string(b) != "0123456789" || err != nil {
		t.Errorf("who was reading it: %q, %v", b, err)
	}
	if u, err = x.OfferFile("unfinished", 3); err != nil {
		t.Fatal(err)
	}
	x.Leave("")
	_, err = u.Write([]byte("x"))
	refuse(t, "after leaving", err, ErrNoFile)
	u.Abort()
	s, _ := y.Snapshot()
	if len(s.Files) != 2 || s.Files[0].ID != second.ID || c.files.bytes != 20 {
		t.Errorf("%+v, %d bytes", s.Files, c.files.bytes)
	}
	closeAll()
	left, err := filepath.Glob(filepath.Join(folder, "conferences", "*", "*"))
	hidden, _ := filepath.Glob(filepath.Join(folder, "conferences", "*", ".*"))
	if err != nil || len(left) != 2 || len(hidden) != 0 {
		t.Errorf("left on the disk: %v, %v, %v", left, hidden, err)
	}
}

// What was kept is there again, though nothing was closed, as after a kill; what was
// not whole is gone, and ids go on.
func TestRestart(t *testing.T) {
	folder := t.TempDir()
	m, c, closeAll := openKept(t, folder, Options{})
	defer closeAll()
	x, _ := join(t, c, guest("x"))
	y, _ := join(t, c, guest("y"))
	x.Say("hello")
	x.Whisper(y.ID(), "psst")
	id, err := x.Draw(Object{Kind: Rectangle, Page: 1, Points: []Point{{1, 2}, {3, 4}}, Pen: Pen{0xff0000ff, 2, 0}})
	if err != nil {
		t.Fatal(err)
	}
	x.Draw(Object{Kind: Pointer, Points: []Point{{}}})
	gone, _ := x.Draw(Object{Kind: Text, Points: []Point{{}}, Text: "x"})
	y.Erase(gone)
	f := upload(t, x, "f", "content")
	if _, err := x.OfferFile("half", 3); err != nil {
		t.Fatal(err)
	}
	talk, err := m.Create(t.Context(), account("bob"), Plan{Name: "talk", Password: "pw"})
	if err != nil {
		t.Fatal(err)
	}
	bob, _ := join(t, talk, account("bob"))
	bob.Say("in talk")
	upload(t, bob, "g", "content") // everything before it is in the store then

	again := t.TempDir() // as the disk is at this moment
	if err := os.CopyFS(again, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"caracal.key"} {
		if err := os.Chmod(filepath.Join(again, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m2, c2, closeAgain := openKept(t, again, Options{})
	defer closeAgain()
	z, s := join(t, c2, guest("z"))
	if len(s.Lines) != 1 || s.Lines[0].Text != "hello" || s.Lines[0].Name != "x" {
		t.Errorf("lines: %+v", s.Lines)
	}
	if len(s.Objects) != 1 || s.Objects[0].ID != id || s.Objects[0].Pen.Width != 2 || len(s.Objects[0].Points) != 2 {
		t.Errorf("objects: %+v", s.Objects)
	}
	if len(s.Files) != 1 || s.Files[0].ID != f.ID || s.Files[0].SHA256 != f.SHA256 {
		t.Errorf("files: %+v", s.Files)
	}
	r, _, err := z.OpenFile(f.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); !bytes.Equal(b, []byte("content")) || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if z.ID() <= y.ID() || s.Number <= f.ID {
		t.Errorf("member %d after %d, event %d after %d", z.ID(), y.ID(), s.Number, f.ID)
	}
	parts, _ := filepath.Glob(filepath.Join(again, "conferences", "*", ".part*"))
	expect(t, "half files", len(parts), 0)
	talk2, err := m2.Find("talk")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = talk2.Join(t.Context(), guest("x"))
	refuse(t, "its password", err, ErrPassword)
	b2, s := join(t, talk2, account("bob"))
	if len(s.Lines) != 1 || len(s.Files) != 1 {
		t.Errorf("talk: %+v", s)
	}
	refuse(t, "its owner", b2.End("over"), nil)
	m2.Close()
	dirs, _ := filepath.Glob(filepath.Join(again, "conferences", "*"))
	expect(t, "folders", len(dirs), 1)
}

// A store that fails costs what it was to keep, and nobody's conversation.
func TestStoreFails(t *testing.T) {
	m, c, closeAll := openKept(t, t.TempDir(), Options{})
	defer closeAll()
	x, _ := join(t, c, guest("x"))
	u, err := x.OfferFile("f", 1)
	if err != nil {
		t.Fatal(err)
	}
	u.Write([]byte("x"))
	if err := m.opt.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Commit(t.Context()); err == nil {
		t.Error("the file is said to be kept")
	}
	refuse(t, "a line", x.Say("x"), nil)
	drain(t, x)
	m.Close()
	if m.Unkept() == 0 {
		t.Error("nothing is counted")
	}
}

// Orders are refused when too much waits, and what makes room is not.
func TestKeeperIsBounded(t *testing.T) {
	k := &keeper{wake: make(chan struct{}, 1)}
	for i := 0; i < maxKept; i++ {
		if !k.put(kept{}, false) {
			t.Fatal(i)
		}
	}
	if k.put(kept{}, false) || !k.put(kept{}, true) {
		t.Error("the queue has no bound, or what must be has")
	}
	k = &keeper{wake: make(chan struct{}, 1)}
	line := kept{change: store.ConferenceChange{Line: &store.ConferenceLine{Text: strings.Repeat("x", maxKeptBytes)}}}
	if !k.put(line, false) || k.put(kept{object: &Object{}}, false) {
		t.Error("bytes are not counted")
	}
}

func TestFileNames(t *testing.T) {
	for in, want := range map[string]string{
		"a.txt": "a.txt", "../../etc/passwd": "passwd", `C:\x\y.doc`: "y.doc", "C:z": "z", "a\x00b\n": "ab", "a?*.": "a__",
		" .bashrc": ".bashrc", "evil\u202etxt.exe": "eviltxt.exe", "日本.pdf": "日本.pdf",
		strings.Repeat("é", 300) + ".txt": strings.Repeat("é", 125) + ".txt",
	} {
		if got, err := FileName(in); got != want || err != nil {
			t.Errorf("%.40q becomes %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", ".", "..", "/", `a\`, "NUL", "con.txt", "LPT1 .x", "COM¹", "\xff", "   ", strings.Repeat("x", 9999)} {
		if got, err := FileName(in); !errors.Is(err, ErrFileName) {
			t.Errorf("%.40q becomes %q, %v", in, got, err)
		}
	}
}

// A password that the configuration has no longer is none; one that a member set stays.
func TestPasswordsAfterRestart(t *testing.T) {
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	folder := t.TempDir()
	again := func(c Config) (*Manager, *Conference) {
		c.Name, c.Grants = "staff", []Grant{{Account: "Ada", Rights: AllRights}}
		m := openManager(t, Options{Store: s, Folder: folder, Permanent: []Config{c}})
		found, err := m.Find("staff")
		if err != nil {
			t.Fatal(err)
		}
		return m, found
	}
	m, c := again(Config{Password: []byte("#x")})
	expect(t, "configured", c.Facts().Password, true)
	m.Close()
	m, c = again(Config{})
	expect(t, "configured no longer", c.Facts().Password, false)
	ada, _ := join(t, c, account("Ada"))
	refuse(t, "set", ada.SetPassword(t.Context(), "y"), nil)
	m.Close()
	m, c = again(Config{})
	expect(t, "set by a member", c.Facts().Password, true)
	m.Close()
	m = openManager(t, Options{Store: s, Folder: folder})
	_, err = m.Find("staff")
	refuse(t, "out of the configuration", err, ErrNoConference)
	_, err = m.Create(t.Context(), account("bob"), Plan{Name: "staff"})
	refuse(t, "what the store has", err, ErrExists)
}
