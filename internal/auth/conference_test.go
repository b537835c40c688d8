package auth

import (
	"testing"

	"caracal/internal/store"
)

func TestPasswordsOfConferences(t *testing.T) {
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := NewAccounts(s, func() []string { return nil })
	hash, err := a.HashPassword(t.Context(), "1234")
	if err != nil {
		t.Fatal(err)
	}
	if !a.VerifyPassword(t.Context(), "staff", hash, "1234") || a.VerifyPassword(t.Context(), "staff", hash, "1235") ||
		a.VerifyPassword(t.Context(), "staff", nil, "") {
		t.Error("the wrong one is right, or the right one wrong")
	}
	if _, err := a.HashPassword(t.Context(), ""); err == nil {
		t.Error("nothing is a password")
	}
	if err := a.Add(t.Context(), "Ada", "correct horse"); err != nil {
		t.Fatal(err)
	}
	if name, is, err := a.IsAccount(t.Context(), `EXAMPLE\ADA`); name != "Ada" || !is || err != nil {
		t.Errorf("%q, %v, %v", name, is, err)
	}
	if _, is, err := a.IsAccount(t.Context(), "bob"); is || err != nil {
		t.Errorf("there is no bob: %v, %v", is, err)
	}
}
