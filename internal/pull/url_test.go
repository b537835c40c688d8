package pull

import (
	"errors"
	"net"
	"strings"
	"testing"
)

var errNone = errors.New("no URL of ours")

var testScheme = Scheme{Names: []string{"mms", "mmst"}, Port: "1755", Invalid: errNone}

func TestSchemeParses(t *testing.T) {
	tests := []struct{ in, text, address, login string }{
		{"mms://h/a%20b?c#d", "mms://h/a%20b?c", "h:1755", ""},
		{"MMST://u:p@[::1]:80/a", "mmst://[::1]:80/a", "[::1]:80", "u:p"},
		{"http://h/", "", "", ""},
		{"mms:///a", "", "", ""},
		{"mms://:1755/a", "", "", ""},
		{"h/a", "", "", ""},
		{"mms://h/" + strings.Repeat("x", MaxURL), "", "", ""},
	}
	for _, tt := range tests {
		u, err := testScheme.Parse(tt.in)
		if tt.text == "" {
			if !errors.Is(err, errNone) || len(err.Error()) > 200 {
				t.Errorf("%.80s: %v", tt.in, err)
			}
			continue
		}
		if err != nil || u.Text != tt.text || u.String() != tt.text || u.Address != tt.address || u.Login.String() != tt.login {
			t.Errorf("%s: %v %q for %v, %v", tt.in, u.URL, u.Address, u.Login, err)
		}
	}
	if _, err := testScheme.Parse("mms://%"); err == nil || errors.Is(err, errNone) {
		t.Errorf("%v", err)
	}
}

// Errors do not tell passwords.
func TestSchemeHidesPasswords(t *testing.T) {
	for _, text := range []string{
		"mms://me:secret@:1755/a", "http://me:secret@h/", "mms://me:secret@h:x/", "mms://me:secret@%", "mms://me:secret@h/%zz",
		"mms://me:" + strings.Repeat("secret", 20) + "@h/" + strings.Repeat("x", MaxURL),
	} {
		if _, err := testScheme.Parse(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.80s: %v", text, err)
		}
	}
}

func TestURLResolves(t *testing.T) {
	u, err := testScheme.Parse("mms://u:p@h:80/a/b")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ location, next, login string }{
		{"/c", "mms://h:80/c", "u:p"},
		{"c?d", "mms://h:80/a/c?d", "u:p"},
		{"mms://h:80/c", "mms://h:80/c", "u:p"},
		{"mmst://x@h:80/c", "mmst://h:80/c", "x"},
		{"mms://h/c", "mms://h/c", ""},
		{"mms://other/c", "mms://other/c", ""},
	}
	for _, tt := range tests {
		if next, err := u.Resolve(tt.location); err != nil || next.Text != tt.next || next.Login.String() != tt.login {
			t.Errorf("%s: %s for %v, %v, want %s", tt.location, next.Text, next.Login, err, tt.next)
		}
	}
	for _, location := range []string{"://", "http://other/c"} {
		if _, err := u.Resolve(location); err == nil {
			t.Errorf("followed %s", location)
		}
	}
}

func FuzzScheme(f *testing.F) {
	f.Add("mmst://u:p@[::1]:8554/a%20b?c#d", "../x")
	f.Add("mms://h", "mms://other/")
	scheme := testScheme
	scheme.Name = "mms"
	f.Fuzz(func(t *testing.T, text, location string) {
		u, err := scheme.Parse(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(u.Text, "mms://") || strings.ContainsAny(u.Text, " \r\n#") {
			t.Fatalf("%q", u.Text)
		}
		if _, _, err := net.SplitHostPort(u.Address); err != nil {
			t.Fatal(err)
		}
		if again, err := scheme.Parse(u.Text); len(u.Text) <= MaxURL && (err != nil || again.Text != u.Text || again.Address != u.Address) {
			t.Fatalf("%+v, %v, want %+v", again, err, u)
		}
		u.Resolve(location)
	})
}
