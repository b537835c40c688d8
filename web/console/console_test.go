package console

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// maxScript is the largest script that the console may be, bytes.
const maxScript = 136 << 10

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	h, err := New()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPageNamesVersionsThatStay(t *testing.T) {
	page := get(t, "/")
	if page.Code != http.StatusOK || page.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("the page: %d, %q", page.Code, page.Header().Get("Cache-Control"))
	}
	found := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1)
	if len(found) != 3 {
		t.Fatalf("the page names %d files: %v", len(found), found)
	}
	for _, f := range found {
		if w := get(t, "/"+f[1]); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != forEver {
			t.Errorf("%s: %d, %q", f[1], w.Code, w.Header().Get("Cache-Control"))
		}
		old, _, _ := strings.Cut(f[1], "?")
		if w := get(t, "/"+old+"?v=0"); w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s of another version: %q", old, w.Header().Get("Cache-Control"))
		}
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	tag := get(t, "/app.js").Header().Get("ETag")
	if w := get(t, "/app.js", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("got %d and %d bytes", w.Code, w.Body.Len())
	}
	if w := get(t, "/app.js", "If-None-Match", `"other"`); w.Code != http.StatusOK || w.Body.Len() == 0 {
		t.Errorf("of another version: %d and %d bytes", w.Code, w.Body.Len())
	}
}

func TestPolicyLetsNothingElseIn(t *testing.T) {
	for _, path := range []string{"/", "/app.js", "/none"} {
		w := get(t, path)
		got := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(got, "default-src 'none'") || strings.Contains(got, "unsafe") || strings.Contains(got, "http") {
			t.Errorf("%s: policy %q", path, got)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	if page := get(t, "/").Body.String(); regexp.MustCompile(`<script>|<style|\son\w+=|style=|//`).MatchString(page) {
		t.Errorf("the page has what its policy forbids:\n%s", page)
	}
}

func TestOnlyReading(t *testing.T) {
	h, err := New()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if get(t, "/none").Code != http.StatusNotFound || h.Has("none") || !h.Has("app.js") {
		t.Error("what is not there is there")
	}
}

// The bundle is what its sources give, and small.
func TestBundleIsThatOfItsSources(t *testing.T) {
	out, err := exec.Command("go", "-C", "../../tools/webbuild", "run", ".", "-check").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := get(t, "/app.js").Body.Len(); n > maxScript {
		t.Errorf("the script has %d bytes, more than %d", n, maxScript)
	}
	if text := get(t, "/licences.txt").Body.String(); !strings.Contains(text, "Jason Miller") || !strings.Contains(text, "Leon Sorokin") {
		t.Errorf("the licences of what is bundled are not there:\n%s", text)
	}
}
