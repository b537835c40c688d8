package asf

import (
	"bytes"
	"testing"
)

func TestOpenEnded(t *testing.T) {
	head := DataHead{Size: 9999, FileID: GUID{1}, Packets: 77, Reserved: DataReserved}
	file := head.Append([]byte("header"))
	before := bytes.Clone(file)
	got := OpenEnded(file)
	want := DataHead{Size: DataHeadSize, FileID: GUID{1}, Reserved: DataReserved}.Append([]byte("header"))
	if !bytes.Equal(got, want) || !bytes.Equal(file, before) {
		t.Errorf("%x of %x", got, file)
	}
	for _, b := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte{7}, 60)} {
		if got := OpenEnded(b); !bytes.Equal(got, b) {
			t.Errorf("%x has become %x", b, got)
		}
	}
}
