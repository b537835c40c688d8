package asf

import (
	"bytes"
	"errors"
	"testing"
)

// The header of a file becomes that of a broadcast: nobody seeks in it, nothing
// is said that is not known, and the Data Object has a size, without which
// libmms looks for its end for ever.
func TestLiveHeader(t *testing.T) {
	file := FileProperties{
		FileID: GUID{7}, FileSize: 1 << 20, DataPackets: 99, PlayDuration: 1e9, SendDuration: 1e8, Preroll: 3100,
		Flags: FileSeekable, MinPacketSize: 576, MaxPacketSize: 1600,
	}
	bitrates := &StreamBitrateProperties{Rates: []StreamRate{{Flags: 1, BitRate: 128_000}}}
	audio := &StreamProperties{Type: StreamTypeAudio, ErrorCorrectionType: NoErrorCorrection, Flags: 1}
	made := func(objects ...Object) []byte {
		return (&Header{Reserved1: 1, Reserved2: 2, Objects: objects}).Append(nil)
	}
	h, b, err := LiveHeader(append(made(&file, audio, bitrates), "what follows"...))
	if err != nil {
		t.Fatal(err)
	}
	f := h.File()
	if f.Flags != FileBroadcast || f.FileSize|f.DataPackets|f.PlayDuration|f.SendDuration != 0 || f.Preroll != 3100 {
		t.Errorf("%+v", f)
	}
	if f.MinPacketSize != 1600 || f.MaxPacketSize != 1600 || f.MaxBitRate != 128_000 {
		t.Errorf("packets of %d to %d bytes, %d bits a second", f.MinPacketSize, f.MaxPacketSize, f.MaxBitRate)
	}
	d, n, err := ParseDataHead(b[h.Size():])
	if err != nil || n != len(b)-h.Size() || d.Size != DataHeadSize || d.Packets != 0 || d.FileID != f.FileID {
		t.Errorf("%+v, %d bytes, %v", d, n, err)
	}
	if again, same, err := LiveHeader(b); err != nil || !bytes.Equal(same, b) || again.File().Flags != FileBroadcast {
		t.Errorf("a second time it is another one: %v", err)
	}
	small, large := file, file
	small.MinPacketSize, small.MaxPacketSize = 10, 10
	large.MaxPacketSize = MaxLivePacket + 1
	for name, header := range map[string][]byte{
		"no file properties": made(audio), "no streams": made(&file), "packets too small": made(&small, audio),
		"packets too large": made(&large, audio), "half": made(&file, audio)[:60], "nothing": nil,
	} {
		var wrong *ParseError
		if _, _, err := LiveHeader(header); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
