package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func open2(t *testing.T, folder string) *Store {
	t.Helper()
	s, err := Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var secrets = Secrets{
	Slow: []byte("$slow$pepper"), NT: []byte("sixteen bytes ok"),
	HA1: []HA1{{Algorithm: "MD5", Realm: "r", Hash: "0123456789abcdef"}},
}

func TestAccounts(t *testing.T) {
	s := open2(t, filepath.Join(t.TempDir(), "data"))
	ctx := t.Context()
	for _, name := range []string{"bob", "Alice", "Zoë"} {
		if err := s.AddAccount(ctx, Account{Name: name, Groups: []string{"b", "a"}, Secrets: secrets}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddAccount(ctx, Account{Name: "ZOË"}); !errors.Is(err, ErrExists) {
		t.Errorf("the same name in another case: %v", err)
	}
	a, err := s.Account(ctx, "ALICE")
	if err != nil || a.Name != "Alice" || !slices.Equal(a.Groups, []string{"a", "b"}) || !bytes.Equal(a.Secrets.NT, secrets.NT) ||
		a.Secrets.HA1[0] != secrets.HA1[0] || !bytes.Equal(a.Secrets.Slow, secrets.Slow) {
		t.Errorf("%+v, %v", a, err)
	}
	list, err := s.Accounts(ctx, "alice", 1)
	if err != nil || len(list) != 1 || list[0].Name != "bob" || list[0].Secrets.NT != nil {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.SetGroups(ctx, "alice", []string{"c"}); err != nil {
		t.Error(err)
	}
	if b, _ := s.Account(ctx, "alice"); b.Version == a.Version || !slices.Equal(b.Groups, []string{"c"}) || len(b.Secrets.NT) == 0 {
		t.Errorf("%+v", b)
	}
	if err := s.SetSecrets(ctx, "alice", Secrets{}); err != nil {
		t.Error(err)
	}
	if err := s.RemoveAccount(ctx, "alice"); err != nil {
		t.Error(err)
	}
	if g, err := s.Groups(ctx); err != nil || !slices.Equal(g, []string{"a", "b"}) {
		t.Errorf("groups: %q, %v", g, err)
	}
	_, err = s.Account(ctx, "alice")
	for _, err := range []error{err, s.RemoveAccount(ctx, "alice"), s.SetSecrets(ctx, "alice", secrets), s.SetGroups(ctx, "alice", nil)} {
		if !errors.Is(err, ErrNoAccount) {
			t.Errorf("an account that is not there: %v", err)
		}
	}
}

// Two processes change the same database, as commands beside a server do.
func TestTwoUsers(t *testing.T) {
	folder := t.TempDir()
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			s, err := Open(t.Context(), folder)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for j := range 20 {
				if err := s.AddAccount(t.Context(), Account{Name: fmt.Sprintf("u%d-%d", i, j)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	list, err := open2(t, folder).Accounts(t.Context(), "", MaxList)
	if err != nil || len(list) != 40 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
}

// Nothing that proves an account is in the files, nor in any text of it; secrets
// that are moved to another account, and another key, open nothing.
func TestSecretsAreSealed(t *testing.T) {
	folder := t.TempDir()
	s := open2(t, folder)
	ctx := t.Context()
	for _, name := range []string{"alice", "bob"} {
		if err := s.AddAccount(ctx, Account{Name: name, Secrets: secrets}); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Account(ctx, "alice")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%v %+v %#v %s %x", a, a, a, a.Secrets, a.Secrets) + fmt.Sprintf("%+v %#v", s, a.Secrets.HA1)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	for _, secret := range []string{"pepper", "sixteen", "0123456789abcdef", fmt.Sprintf("%x", "sixteen"), fmt.Sprint([]byte("sixteen"))[1:20]} {
		if strings.Contains(text, secret) {
			t.Errorf("%q shows", secret)
		}
	}
	if _, err := s.write.ExecContext(ctx, "UPDATE accounts SET secrets = (SELECT secrets FROM accounts WHERE folded = 'alice') WHERE folded = 'bob'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Account(ctx, "bob"); !errors.Is(err, ErrKey) {
		t.Errorf("another's secrets: %v", err)
	}
	s.Close()
	if err := os.Remove(filepath.Join(folder, keyFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, folder); !errors.Is(err, ErrKey) {
		t.Errorf("with another key: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	key := strings.Repeat("ab", keySize)
	tests := []struct {
		what, want string
		make       func(folder string) error
	}{
		{"a key that others read", "may be read by others", func(f string) error {
			return os.WriteFile(filepath.Join(f, keyFile), []byte(key), 0o644)
		}},
		{"no key", "holds no key", func(f string) error { return os.WriteFile(filepath.Join(f, keyFile), []byte("s3cret"), 0o600) }},
		{"a folder that others write", "may be written by others", func(f string) error { return os.Chmod(f, 0o777) }},
		{"no database", "", func(f string) error {
			return os.WriteFile(filepath.Join(f, databaseFile), bytes.Repeat([]byte("x"), 5000), 0o600)
		}},
		{"a newer one's", "used by a newer one", func(f string) error {
			s, err := Open(t.Context(), f)
			if err != nil {
				return err
			}
			_, err = s.write.Exec("PRAGMA user_version = 99")
			return errors.Join(err, s.Close())
		}},
	}
	for _, tt := range tests {
		folder := t.TempDir()
		if err := tt.make(folder); err != nil {
			t.Fatal(tt.what, err)
		}
		s, err := Open(t.Context(), folder)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.want)
		}
	}
}

func TestBackup(t *testing.T) {
	s := open2(t, t.TempDir())
	if err := s.AddAccount(t.Context(), Account{Name: "alice", Secrets: secrets}); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if a, err := open2(t, folder).Account(t.Context(), "alice"); err != nil || !bytes.Equal(a.Secrets.NT, secrets.NT) {
		t.Errorf("%+v, %v", a, err)
	}
}
