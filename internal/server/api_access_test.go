package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth"
)

// looked is a server with an administrator, who is mufasa, and with scar, who is none.
func looked(t *testing.T) (*Server, *lockedBuffer) {
	t.Helper()
	cfg := testConfig()
	cfg.Data = filepath.Join(t.TempDir(), "data")
	cfg.Access.Admin = []string{"local", "group:admins"}
	s, log := start(t, cfg)
	for name, group := range map[string]string{"mufasa": "admins", "scar": "hyenas"} {
		if err := s.access.Accounts.Add(context.Background(), name, auth.Password(name+"-password"), group); err != nil {
			t.Fatal(err)
		}
	}
	return s, log
}

// page are the headers that a browser sends from the console's own pages.
func page(s *Server, more ...string) []string {
	return append([]string{"Origin", "http://" + s.AdminAddr().String(), "Sec-Fetch-Site", "same-origin"}, more...)
}

// logIn is the cookie of a session, and its token.
func logIn(t *testing.T, s *Server, name string) (cookie, token string) {
	t.Helper()
	r, err := http.NewRequest("POST", "http://"+s.AdminAddr().String()+"/api/session",
		strings.NewReader(`{"name": "`+name+`", "password": "`+name+`-password"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "http://"+s.AdminAddr().String())
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cookies := resp.Cookies()
	if resp.StatusCode != 201 || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("%s logs in: %s %v", name, resp.Status, resp.Header)
	}
	cookie = cookies[0].Name + "=" + cookies[0].Value
	_, a := want(t, 200, s, "GET", "/api/session", "", page(s, "Cookie", cookie)...)
	if a["account"] != name || a["local"] != false {
		t.Errorf("the session is %v", a)
	}
	return cookie, a["csrf_token"].(string)
}

// A page has a session or nothing, and writes with its token alone.
func TestConsoleLogsIn(t *testing.T) {
	s, log := looked(t)
	want(t, 401, s, "GET", "/api/points", "", page(s)...)
	want(t, 401, s, "POST", "/api/session", `{"name": "mufasa", "password": "wrong"}`, page(s)...)
	want(t, 401, s, "POST", "/api/session", `{"name": "nobody", "password": "wrong"}`, page(s)...)
	want(t, 403, s, "POST", "/api/session", `{"name": "scar", "password": "scar-password"}`, page(s)...)
	want(t, 403, s, "POST", "/api/session", `{"name": "mufasa", "password": "mufasa-password"}`,
		"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site")
	cookie, token := logIn(t, s, "mufasa")
	dir := quotedJSON(films(t, "a.wmv"))
	body := `{"name": "films", "definition": {"path": ` + dir + `}}`
	want(t, 403, s, "POST", "/api/points", body, page(s, "Cookie", cookie)...)
	want(t, 403, s, "POST", "/api/points", body, page(s, "Cookie", cookie, "X-CSRF-Token", token+"x")...)
	want(t, 403, s, "POST", "/api/points", body, "Cookie", cookie, "X-CSRF-Token", token, "Origin", "http://evil.example")
	want(t, 201, s, "POST", "/api/points", body, page(s, "Cookie", cookie, "X-CSRF-Token", token)...)
	want(t, 401, s, "GET", "/api/points", "", page(s, "Cookie", "caracal_session=x")...)
	want(t, 204, s, "DELETE", "/api/session", "", page(s, "Cookie", cookie, "X-CSRF-Token", token)...)
	want(t, 401, s, "GET", "/api/points", "", page(s, "Cookie", cookie)...)

	// Who is no administrator any more has no session either.
	cookie, _ = logIn(t, s, "mufasa")
	if err := s.access.Accounts.SetGroups(context.Background(), "mufasa", nil); err != nil {
		t.Fatal(err)
	}
	want(t, 403, s, "GET", "/api/points", "", page(s, "Cookie", cookie)...)
	for _, secret := range []string{"mufasa-password", "scar-password", strings.TrimPrefix(cookie, "caracal_session="), token} {
		if strings.Contains(log.String(), secret) {
			t.Error("there is a secret in the log")
		}
	}
}

// A page gives requests up all the time, when somebody goes to another: it stays logged in.
func TestSessionsOutlastRequestsThatAreGivenUp(t *testing.T) {
	s, _ := looked(t)
	cookie, _ := logIn(t, s, "mufasa")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(gone, "GET", "/api/points", nil)
	r.Host = s.AdminAddr().String()
	r.Header.Set("Cookie", cookie)
	w := httptest.NewRecorder()
	s.admin.ServeHTTP(w, r)
	if w.Code < 500 {
		t.Errorf("a request that was given up is answered %d: %s", w.Code, w.Body)
	}
	want(t, 200, s, "GET", "/api/points", "", page(s, "Cookie", cookie)...)
}

// Accounts are added, changed and removed, and their sessions end with them.
func TestAccountsOverTheAPI(t *testing.T) {
	s, log := looked(t)
	etag, a := want(t, 201, s, "POST", "/api/accounts", `{"name": "nala", "password": "nala-password", "groups": ["Admins"]}`)
	if a["name"] != "nala" || len(a["groups"].([]any)) != 1 {
		t.Errorf("the account is %v", a)
	}
	want(t, 409, s, "POST", "/api/accounts", `{"name": "Nala", "password": "nala-password"}`)
	want(t, 422, s, "POST", "/api/accounts", `{"name": "a:b", "password": "nala-password"}`)
	cookie, _ := logIn(t, s, "nala")
	want(t, 200, s, "GET", "/api/points", "", page(s, "Cookie", cookie)...)
	want(t, 428, s, "PUT", "/api/accounts/nala/password", `{"password": "another-one"}`)
	want(t, 204, s, "PUT", "/api/accounts/nala/password", `{"password": "another-one"}`, "If-Match", etag)
	want(t, 401, s, "GET", "/api/points", "", page(s, "Cookie", cookie)...)
	want(t, 401, s, "POST", "/api/session", `{"name": "nala", "password": "nala-password"}`, page(s)...)
	want(t, 200, s, "PUT", "/api/accounts/nala", `{"groups": ["hyenas"]}`, "If-Match", "*")
	_, a = want(t, 200, s, "GET", "/api/groups", "")
	if groups := a["groups"].([]any); len(groups) != 2 || groups[1].(map[string]any)["accounts"] != 2.0 {
		t.Errorf("the groups are %v", a)
	}
	_, a = want(t, 200, s, "GET", "/api/accounts?limit=2", "")
	next, _ := a["next_cursor"].(string)
	if _, a = want(t, 200, s, "GET", "/api/accounts?cursor="+next, ""); next == "" || len(a["accounts"].([]any)) != 1 {
		t.Errorf("the second page is %v", a)
	}
	want(t, 204, s, "DELETE", "/api/accounts/nala", "", "If-Match", "*")
	want(t, 404, s, "GET", "/api/accounts/nala", "")
	for _, path := range []string{"/api/accounts", "/api/log?limit=1000", "/api/configuration?limit=1000"} {
		if _, body, _ := askAdmin(t, s, "GET", path); strings.Contains(body, "-password") || strings.Contains(body, "another-one") {
			t.Errorf("%s tells a password", path)
		}
	}
	if strings.Contains(log.String(), "another-one") || strings.Contains(log.String(), "-password") {
		t.Error("there is a password in the log")
	}
}
