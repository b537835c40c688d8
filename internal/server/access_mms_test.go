package server

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/source"
	"caracal/mms"
)

// A list that is for accounts plays, for each, what that account may play of it: by
// MMS, which asks before anything is described.
func TestListOverMMS(t *testing.T) {
	cfg := guarded(t)
	dir := t.TempDir()
	var whole []passage
	for i, name := range []string{"a.wmv", "b.wmv", "c.wmv"} {
		c := fronttest.Film(uint32(1 + i)).Clip()
		if err := os.WriteFile(filepath.Join(dir, name), c.File(), 0o600); err != nil {
			t.Fatal(err)
		}
		whole = append(whole, passage{c.Count(), len(c.Header)})
	}
	cfg.Points = append(cfg.Points,
		config.Point{Name: "members.wmv", Path: filepath.Join(dir, "b.wmv"), Access: cfg.Points[1].Access},
		config.Point{Name: "list", Path: write(t, dir, "list.wsx", wsxOf(
			`<media src="a.wmv"/><media src="point:members.wmv"/><media src="c.wmv"/>`))})
	last := &cfg.Points[len(cfg.Points)-1]
	last.Access.Play, last.OnDemand.Speed = []string{"accounts"}, 0
	cfg.Auth.Schemes = []string{auth.Basic}
	cfg.MMS.Address = "127.0.0.1:0"
	s, _ := start(t, cfg)
	defer shutdown(t, s)
	sub := s.bus.Subscribe(64)
	for name, want := range map[string][]passage{"mufasa": whole, "scar": slices.Delete(slices.Clone(whole), 1, 2)} {
		for _, scheme := range []string{"mmst", "mmsu"} {
			got := pass(t, fmt.Sprintf("%s://%s@%s/list", scheme, url.UserPassword(name, clubPassword), s.MMSAddr()))
			if !slices.Equal(got, want) {
				t.Errorf("%s over %s: %v, want %v", name, scheme, got, want)
			}
		}
	}
	skipped := 0
	for len(sub.C()) > 0 {
		if _, ok := (<-sub.C()).Event.(event.EntrySkipped); ok {
			skipped++
		}
	}
	if skipped != 2 {
		t.Errorf("%d entries were passed over", skipped)
	}
	p, err := source.NewPull("mmst://" + s.MMSAddr().String() + "/list")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Open(t.Context())
	if status := (*mms.StatusError)(nil); !errors.As(err, &status) || status.HR != mms.EAccessDenied {
		t.Errorf("nobody: %v", err)
	}
}
