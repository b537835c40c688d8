package server

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/store"
)

// secretsOf are all forms of what proves an account, and of what was tried: nothing
// of it may be in any text.
func secretsOf(t *testing.T, cfg *config.Config, name string, tried ...string) []string {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(cfg.Data, "caracal.key"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a, err := db.Account(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{strings.TrimSpace(string(key)), string(a.Secrets.Slow), hex.EncodeToString(a.Secrets.NT)}
	for _, h := range a.Secrets.HA1 {
		list = append(list, h.Hash)
	}
	for _, password := range append(tried, clubPassword) {
		list = append(list, password, strings.ReplaceAll(password, " ", "+"), strings.ReplaceAll(password, " ", "%20"),
			base64.StdEncoding.EncodeToString([]byte(name+":"+password)))
	}
	if len(list) < 9 {
		t.Fatalf("only %d secrets", len(list))
	}
	return list
}
