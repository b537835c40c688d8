package config

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// Every limit of the file is listed, once, and can be written back as it is.
func TestLimitKeys(t *testing.T) {
	c := Default()
	c.Limits.Bandwidth, c.Limits.SessionLength, c.Limits.ConnectionRate = 200e6, 90*time.Minute, 0.5
	list := c.LimitKeys()
	values, fields := map[string]string{}, 2
	for _, l := range list {
		if _, twice := values[l.Key]; twice {
			t.Errorf("%s is there twice", l.Key)
		}
		values[l.Key] = l.Text
	}
	for _, k := range c.Keys() {
		if strings.HasPrefix(k.Key, "limits.") {
			fields++
		}
	}
	if len(list) != fields {
		t.Errorf("%d limits, want %d", len(list), fields)
	}
	for key, want := range map[string]string{
		"sessions.max": "40000", "limits.bandwidth": "200M", "limits.session_length": "1h30m", "limits.connection_rate": "0.5", "limits.account.session_length": "0",
	} {
		if values[key] != want {
			t.Errorf("%s is %q, want %q", key, values[key], want)
		}
	}
	again, err := c.WithLimits(values)
	if err != nil || again.Limits != c.Limits || again.Sessions != c.Sessions {
		t.Errorf("written back they are %+v, %v", again, err)
	}
	if got := (PlayerLimits{Players: 3, SessionLength: time.Hour}).LimitKeys(); len(got) != 2 || got[0].Key != "limits.players" || got[1].Text != "1h" {
		t.Errorf("those of a point are %+v", got)
	}
}

func TestWithLimits(t *testing.T) {
	c := Default()
	with, err := c.WithLimits(map[string]string{"limits.players": "7", "limits.address.bandwidth": "1.5M", "limits.session_length": "0", "sessions.max": "9"})
	if err != nil || with.Limits.Players != 7 || with.Limits.Address.Bandwidth != 1.5e6 || with.Sessions.Max != 9 {
		t.Errorf("%+v, %v", with, err)
	}
	if !reflect.DeepEqual(c, Default()) {
		t.Error("the configuration itself was changed")
	}
	for key, tt := range map[string]struct{ value, want string }{
		"limits.player":            {"1", `did you mean "limits.players"?`},
		"http.address":             {":1", "there is no such limit"},
		"limits.players":           {"many", "is not a whole number"},
		"limits.bandwidth":         {"10", "is not 0 (no limit)"},
		"limits.account.bandwidth": {"", "wants a value"},
		"limits.network.players":   {"null", "wants a value"},
		"limits.connection_rate":   {"NaN", "is not 0"},
	} {
		_, err := c.WithLimits(map[string]string{key: tt.value})
		problems, ok := err.(Problems)
		if !ok || len(problems) != 1 || problems[0].Key != key || !strings.Contains(problems[0].Text, tt.want) {
			t.Errorf("%s: %v: %v, want %s", key, tt.value, err, tt.want)
		}
	}
}
