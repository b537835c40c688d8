package redact

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"nothing to hide", "nothing to hide"},
		{"rtsp://ada:s3cret@cam.example/1", "rtsp://ada:xxxxx@cam.example/1"},
		{"pull:http://ada:s3cret@h/a and http://b:s3cret@h/b", "pull:http://ada:xxxxx@h/a and http://b:xxxxx@h/b"},
		{"http://ada@h/a", "http://ada@h/a"},
		{"http://ada:s3@cret@h/a", "http://ada:xxxxx@h/a"},
		{"http://ada:s3/cret@h/a", "http://ada:xxxxx@h/a"},
		{"http://h:8080/film@2x.wmv", "http://h:8080/film@2x.wmv"},
		{"http://h/film@2x.wmv", "http://h/film@2x.wmv"},
		{`Get "http://ada:s3cret@h/a?x=1": refused`, `Get "http://ada:xxxxx@h/a?x=1": refused`},
		{"http://h/live?key=s3cret&x=1", "http://h/live?key=xxxxx&x=1"},
		{"http://h/live?TOKEN=s3cret", "http://h/live?TOKEN=xxxxx"},
		{`{"password": "s3cret"}`, `{"password": "xxxxx"}`},
		{"Authorization: Basic czNjcmV0\r\nHost: h", "Authorization: Basic xxxxx\r\nHost: h"},
		{"monkey=1 keys=2", "monkey=1 keys=2"},
		{"/http:/ada:s3cret@h", "/http:/ada:xxxxx@h"},
		{"C:/films/a@b.wmv", "C:/films/a@b.wmv"},
		{"://", "://"},
		{"a://@", "a://@"},
	}
	for _, tt := range tests {
		if got := Text(tt.text); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.text, got, tt.want)
		}
	}
}

// What is made to be slow is not: a text that takes a square of its length would not
// end before the test's time is up.
func TestLongTexts(t *testing.T) {
	const n = 1 << 17
	for _, piece := range []string{":/", ":/a@", "@:/", "a:/b:c/", "key=", "key=a ", ": ", "authorization: a ", "http://a:b@c ", "://@:"} {
		for _, end := range []string{"", "@", " @", ":x@y"} {
			Text(strings.Repeat(piece, n/len(piece)) + end)
		}
	}
	if got := Text(strings.Repeat("http://a:s3cret@h ", 1000)); strings.Contains(got, "s3cret") || strings.Count(got, Mark) != 1000 {
		t.Errorf("%.100s", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("ada", "s3cret", "h/a")
	f.Add("", "@", "?key=1")
	f.Fuzz(func(t *testing.T, user, password, rest string) {
		if strings.ContainsAny(user+password, " \t\r\n\"'<>/?#:@") || len(password) < 6 || strings.Contains(user+rest, password) {
			return
		}
		if got := Text("x://" + user + ":" + password + "@" + rest); strings.Contains(got, password) {
			t.Errorf("%q is left in %q", password, got)
		}
	})
}
