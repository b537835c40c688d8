package source

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProfilesAreWhole(t *testing.T) {
	for _, p := range Profiles() {
		found, err := FindProfile(p.Name)
		if err != nil || found != p || p.About == "" || p.String() == "" {
			t.Errorf("%s: %+v, %v", p.Name, found, err)
		}
		if v := p.Video; v.Rate > 0 && (v.KeyInterval < v.Rate || v.KeyInterval > 10*v.Rate) {
			t.Errorf("%s: a key frame every %d frames at %d a second", p.Name, v.KeyInterval, v.Rate)
		}
	}
	if p, err := FindProfile(""); err != nil || p.Name != DefaultProfile {
		t.Errorf("the default is %q, %v", p.Name, err)
	}
	if _, err := FindProfile("wmp"); err == nil || !strings.Contains(err.Error(), "there are wmp64-28k, wmp7-56k") {
		t.Errorf("no such profile: %v", err)
	}
}

// The page has the profiles as they are.
func TestDocumentHasTheProfiles(t *testing.T) {
	page, err := os.ReadFile("../../docs/live-sources.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Profiles() {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", p.Name, p.About, p); !strings.Contains(string(page), row) {
			t.Errorf("docs/live-sources.md has no row\n%s", row)
		}
	}
	for _, scheme := range remote {
		if !strings.Contains(string(page), scheme) {
			t.Errorf("docs/live-sources.md does not name the scheme %s", scheme)
		}
	}
}
