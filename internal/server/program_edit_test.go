package server

import (
	"strings"
	"testing"

	"caracal/internal/playlist/wsx"
)

// What is added comes when all the others are over, and it does come.
func TestAddedItemIsTheLast(t *testing.T) {
	tests := []struct{ list, want string }{
		{``, `<media/>`},
		{`<clientData title="a"/>`, `<clientData title="a"/><media/>`},
		{`<media src="a"/>`, `<media src="a"/><media/>`},
		{`<seq repeatCount="2"><media src="a"/></seq>`, `<seq repeatCount="2"><media src="a"/><media/></seq>`},
		{`<media src="a"/><seq repeatCount="2"><media src="b"/></seq>`, `<media src="a"/><seq repeatCount="2"><media src="b"/></seq><media/>`},
		{`<media src="a"/><seq repeatCount="indefinite"><media src="b"/></seq>`, `<media src="a"/><seq repeatCount="indefinite"><media src="b"/><media/></seq>`},
		{`<seq><switch><media src="a"/></switch></seq>`, `<seq><switch><media src="a"/></switch><media/></seq>`},
		{`<excl><media src="a" begin="0s"/></excl>`, `<excl><media src="a" begin="0s"/></excl><media/>`},
	}
	for _, tt := range tests {
		d, err := wsx.Parse([]byte(`<?wsx version="1.0"?><smil>` + tt.list + `</smil>`))
		if err != nil {
			t.Fatal(err)
		}
		if err := put(d, (&wsx.Node{}).Add(wsx.Media), 0); err != nil {
			t.Fatal(err)
		}
		got := string(d.Append(nil))
		_, got, _ = strings.Cut(got, "<smil>")
		got, _, _ = strings.Cut(got, "</smil>")
		if got = strings.Join(strings.Fields(got), " "); strings.ReplaceAll(got, "> <", "><") != tt.want {
			t.Errorf("%s: %s, want %s", tt.list, got, tt.want)
		}
	}
}
