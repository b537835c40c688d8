package session

import "testing"

func TestUsage(t *testing.T) {
	m := NewManager(Options{}, nil)
	a := admit(t, m, at("10.0.0.1:1", "/live", "ann"))
	admit(t, m, at("10.0.0.1:2", "/live", ""))
	b := admit(t, m, at("[2001:db8::1]:1", "/", "ann"))
	if _, _, err := a.Reserve(Need{Least: 300}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Reserve(Need{Least: 200}); err != nil {
		t.Fatal(err)
	}
	u := m.Usage()
	for name, tt := range map[string]struct{ got, want Used }{
		"server": {u.Server, Used{3, 500}}, "address": {u.Address, Used{2, 300}}, "network": {u.Network, Used{1, 200}},
		"account": {u.Account, Used{2, 500}}, "live": {u.Points["live"], Used{2, 300}}, "root": {u.Points[""], Used{1, 200}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, tt.got, tt.want)
		}
	}
}
