package point

import (
	"bytes"
	"testing"

	"caracal/asf"
)

// The header of an item that something follows does not say where its packets end; the
// last one's does, and so does that of what is in no list. A broadcast's is as its
// encoder made it.
func TestOpenHeader(t *testing.T) {
	ends := asf.DataHead{Size: asf.DataHeadSize + 7*fakeSize, Packets: 7, Reserved: asf.DataReserved}.Append(fakeHeader().Append(nil))
	open := asf.DataHead{Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(fakeHeader().Append(nil))
	entry := func(live bool) Entry {
		e := newFake(t)
		e.info.HeaderBytes, e.info.Broadcast = bytes.Clone(ends), live
		return e
	}
	listed := func(e Entry, last bool) Entry {
		return &Listed{Entry: e, item: ListItem{Entry: e, Skips: Skips{Last: last}}}
	}
	for _, test := range []struct {
		name  string
		entry Entry
		want  []byte
	}{
		{"a file", entry(false), ends},
		{"a broadcast", entry(true), ends},
		{"an item", listed(entry(false), false), open},
		{"the last item", listed(entry(false), true), ends},
		{"a broadcast as an item", listed(entry(true), false), ends},
	} {
		if got := OpenHeader(test.entry); !bytes.Equal(got, test.want) {
			t.Errorf("%s has %x", test.name, got)
		}
		if own := test.entry.Info().HeaderBytes; !bytes.Equal(own, ends) {
			t.Errorf("%s: the entry's own header has become %x", test.name, own)
		}
	}
}
