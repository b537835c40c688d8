package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAccess(t *testing.T) {
	c, err := Parse("caracal.yaml", []byte(`
data: ./data
auth: {realm: Studio}
access: {deny: [203.0.113.0/24], play: [accounts]}
rtsp:
  auth: {schemes: [NTLM]}
points:
  - name: live
    broadcast: {source: push, key: long enough}
    access: {publish: [key, "group:encoders"], play: [], ask: {url: "http://127.0.0.1:9/", keep_no: -1s}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p := &c.Points[0].Access
	if c.Auth.Realm != "Studio" || len(c.Auth.Schemes) != 4 || !slices.Equal(c.Access.Play, []string{"accounts"}) ||
		!slices.Equal(c.Access.Admin, []string{"local"}) || !slices.Equal(c.RTSP.Auth.Schemes, []string{"NTLM"}) ||
		p.Play == nil || len(p.Play) != 0 || p.Admin != nil {
		t.Errorf("%+v", c)
	}
	if timeout, yes, no := p.Ask.Times(); timeout != 2*time.Second || yes != 30*time.Second || no != 0 {
		t.Errorf("times: %v %v %v", timeout, yes, no)
	}
}

func TestAccessMistakes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"access: {play: [everyone]}", `"everyone" is not anyone, accounts`},
		{"access: {play: [accounts]}", `"accounts" needs accounts: say where they are`},
		{"data: d\naccess: {play: [\"group:\"]}", "a name is missing"},
		{"data: d\naccess: {play: [\"user:a@b\"]}", `"a@b" has '@'`},
		{"access: {publish: [key]}", `"key" is for publish of a point`},
		{"access: {deny: [300.0.0.1]}", "access.deny"},
		{"access: {allow: [10.0.0.0/33]}", "access.allow"},
		{"mms: {access: {play: [\"address:x\"]}}", "mms.access.play"},
		{"auth: {schemes: [Bearer]}", `auth.schemes: "Bearer" is not one of`},
		{"http: {auth: {realm: 'a\"b'}}", "http.auth.realm"},
		{"access: {ask: {url: \"file:///x\"}}", "access.ask.url"},
		{"access: {ask: {url: \"http://u:p4ss@h/\"}}", "access.ask.url"},
		{"access: {ask: {url: \"http://h/\", timeout: 1h}}", "access.ask.timeout"},
		{"points: [{name: a, path: ., access: {plya: []}}]", `did you mean "play"?`},
	}
	for _, tt := range tests {
		_, err := Parse("caracal.yaml", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "p4ss") {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}
