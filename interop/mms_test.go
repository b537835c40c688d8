package interop

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"testing"
)

// What the MMS tests configure: any port, and as fast as it goes over TCP. Over
// UDP media always has its pace.
const (
	mmsFast  = noRTSP + "mms: {address: \"127.0.0.1:0\"}\n" + fast
	mmsPaced = "rtsp: {address: off, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\n"
)

func (s server) mmsURL(scheme, name string) string { return scheme + "://" + s.mms + "/" + name }

// FFmpeg asks for ever after the end of a recording that was cut off: its header
// does not say where that is. Nothing that a server may send stops it.
func TestMMSFFmpeg(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, without("unfinished", append([]string{mbr}, clips...)), func(t *testing.T, name string) {
		sameFrames(t, frames(t, "-i", s.mmsURL("mmst", name)), frames(t, "-i", clip(t, name)))
	})
}

// without leaves out the clips whose names have a word in them.
func without(word string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.Contains(name, word) })
}

// VLC reads into 64 KiB and loses what does not fit: packets of 65000 bytes come
// through when nothing follows them at once.
func TestMMSVLC(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, without("p65000", clips), func(t *testing.T, name string) {
		sameBytes(t, vlcDump(t, s.mmsURL("mmst", name)), readReference(t, name).bytes())
	})
}

func TestMMSVLCSelectsStreams(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	judgeSelection(t, vlcDump(t, s.mmsURL("mmst", mbr)))
}

// VLC has one UDP port for all. That media came over UDP tells the capture.
func TestMMSVLCOverUDP(t *testing.T) {
	s := serveWith(t, mmsPaced, clip(t, ""))
	_, port, err := net.SplitHostPort(s.mms)
	if err != nil {
		t.Fatal(err)
	}
	stop := record(t, "udp src port "+port)
	got := vlcDump(t, s.mmsURL("mmsu", plain))
	file := stop()
	want := readReference(t, plain)
	sameBytes(t, got, want.bytes())
	datagrams := strings.Fields(play(t, "tshark", "-r", file, "-Y", "udp.dstport == 7000", "-T", "fields", "-e", "frame.number"))
	// The capture may miss one or the other.
	if all := len(want.packets) / want.packetSize; len(datagrams) < all*9/10 {
		t.Errorf("%d datagrams for %d packets", len(datagrams), all)
	}
}

// MPlayer stops at the end a little before its buffer is written.
func TestMMSMPlayer(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, clips, func(t *testing.T, name string) {
		got, want := mplayerDump(t, s.mmsURL("mmst", name)), readReference(t, name).bytes()
		if !bytes.HasPrefix(want, got) || len(want)-len(got) >= 2048 {
			t.Errorf("%d bytes, not the beginning of the clip's %d", len(got), len(want))
		}
	})
}

// libmms tries HTTP first unless it is told otherwise.
func TestMMSLibmms(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	s := serveWith(t, mmsFast, clip(t, ""))
	t.Run("dumps", func(t *testing.T) {
		for _, name := range clips {
			t.Run(name, func(t *testing.T) {
				sameBytes(t, mmsDump(t, s.mmsURL("mms", name)), readReference(t, name).bytes())
			})
		}
	})
	t.Run("selects", func(t *testing.T) { judgeSelection(t, mmsDump(t, s.mmsURL("mms", mbr))) })
}

// libmms seeks by a second start. It takes any end for its own, so that the
// first stream must not be over by then.
func TestMMSLibmmsSeeks(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	s := serveWith(t, mmsPaced, clip(t, ""))
	want := readReference(t, plain)
	packets := mmsDump(t, s.mmsURL("mms", plain), "5")
	if !bytes.HasSuffix(want.packets, packets) || len(packets)%want.packetSize != 0 {
		t.Errorf("%d bytes are not the clip's last packets", len(packets))
	}
	if share := float64(len(packets)) / float64(len(want.packets)); share < 0.4 || share > 0.65 {
		t.Errorf("%d of %d bytes after a seek to the middle", len(packets), len(want.packets))
	}
}

// Wireshark's dissector finds nothing wrong with what the server says, and the
// messages up to the packets in the order of [MS-MMSP] 4.3. What comes in one
// segment with packets it does not look for.
func TestMMSJudgedByTshark(t *testing.T) {
	s := serveWith(t, mmsPaced, clip(t, ""))
	_, port, err := net.SplitHostPort(s.mms)
	if err != nil {
		t.Fatal(err)
	}
	stop := record(t, "tcp port "+port)
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	mmsDump(t, s.mmsURL("mms", plain))
	file := stop()
	judge := func(filter string, fields ...string) []string {
		args := []string{"-r", file, "-d", "tcp.port==" + port + ",msmms", "-Y", filter, "-T", "fields"}
		for _, f := range fields {
			args = append(args, "-e", f)
		}
		return strings.Fields(play(t, "tshark", args...))
	}
	if bad := judge("_ws.malformed or _ws.expert.severity == error", "frame.number"); len(bad) > 0 {
		t.Errorf("malformed: frames %v", bad)
	}
	got := strings.Join(judge("msmms.command", "msmms.command.to-server-id", "msmms.command.to-client-id"), " ")
	const want = "0x0001 0x0001 0x0002 0x0002 0x0005 0x0006 0x0015 0x0011 0x0033 0x0021 0x0007 0x0005"
	if !strings.HasPrefix(got, want) {
		t.Errorf("messages %s\nwant %s first", got, want)
	}
	if n := len(judge("msmms.data", "frame.number")); n == 0 {
		t.Error("no data packets were found")
	}
}

// A player that is given mms:// and finds no MMS comes to HTTP, at once.
func TestMMSRollsOver(t *testing.T) {
	s := serve(t, fast, clip(t, ""))
	sameBytes(t, vlcDump(t, "mms://"+s.address+"/"+plain), readReference(t, plain).bytes())
}
