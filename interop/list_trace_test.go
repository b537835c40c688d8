package interop

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/internal/head"
	"caracal/rtsp"
)

// What the traces of [MS-PROTO] 8.4.1 and 8.4.2 have of a playlist of two files at
// mms://host/, once that has rolled over to RTSP, and what follows them up to its end:
// each request with the answer to it, "< " before those of the server, and packets, those
// in a row once. The first file has no pictures, so the server predicts nothing of
// the second: the old stream is given up and the new ones are set up, [MS-RTSP] 4.4.5.
const traceOfTwo = `
DESCRIBE 200
SETUP rtx 200
SET_PARAMETER udp-packetpair 200
< RTP
SETUP audio 200
PLAY 200
SET_PARAMETER Logconnectstats 200
< RTP
< SET_PARAMETER extension-cmd 200
< ANNOUNCE 200
SET_PARAMETER Logplaystats 200
TEARDOWN 200
SETUP video 200
SETUP audio 200
PLAY 200
< RTP
< SET_PARAMETER extension-cmd 200
SET_PARAMETER Logplaystats 200
TEARDOWN 200
`

// The scenarios: the player of Windows Vista at Windows Server 2008, over IPv6, and at
// Windows Server 2003, over IPv4. tshark reads what went over the wire.
func TestListAsInTheTraces(t *testing.T) {
	for _, k := range []struct{ name, address string }{{"8.4.1 over IPv6", "[::1]:0"}, {"8.4.2 over IPv4", "127.0.0.1:0"}} {
		t.Run(k.name, func(t *testing.T) {
			l := listOfTwo(t, k.address)
			_, port, err := net.SplitHostPort(l.s.rtsp)
			if err != nil {
				t.Fatal(err)
			}
			stop := record(t, "tcp port "+port+" or udp")
			// mms:// is tried as rtsp:// first.
			vistaPlays(t, strings.Replace("mms://"+l.s.rtsp+"/", "mms:", "rtsp:", 1))
			file := stop()
			for _, bad := range dissect(t, file, port, "(_ws.malformed or _ws.expert.severity == error) and tcp", "frame.number", "_ws.col.Info") {
				t.Errorf("malformed: %s", bad)
			}
			got, names := wireTrace(t, file, port)
			if want := strings.TrimSpace(traceOfTwo); got != want {
				t.Errorf("over the wire went\n%s\nwant\n%s", got, want)
			}
			if want := []string{titleOf("a.wma"), titleOf("b.wmv")}; !slices.Equal(names, want) {
				t.Errorf("session names %q, want %q", names, want)
			}
		})
	}
}

// vistaPlays plays a list over UDP to its end as Windows Media Player 11 does.
func vistaPlays(t *testing.T, url string) {
	t.Helper()
	c := rtsp.Client{
		Agent: "WMPlayer/11.0.6000.6324",
		Log:   func(rtsp.Kind, rtsp.ClientStats) []byte { return []byte("<XML><Summary></Summary></XML>") },
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stream, err := c.Play(ctx, url, rtsp.PlayOptions{UDP: true, Measure: true, Accelerate: &rtsp.Transmission{Bandwidth: 1024128, Duration: 8000}})
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	for {
		e, err := stream.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && e.Kind == rtsp.GotHeader {
			err = stream.Enter(ctx, e, rtsp.PlayOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if stats := stream.Stats(); stats.Lost+stats.Broken+stats.Strange > 0 {
		t.Errorf("%+v", stats)
	}
	if err := stream.Teardown(ctx); err != nil {
		t.Error(err)
	}
}

// The list of [MS-RTSP] 4.4.5 as it stands there.
const listOfExample = `<?wsx version="1.0"?>
<smil>
<media role="Advertisement" noSkip="TRUE" src="Ad_1.wmv"/>
<media src="preview.wmv"/>
<media src="movie.wmv"/>
<media role="Advertisement" noSkip="TRUE" src="Ad_2.wmv"/>
</smil>
`

// Its advertisements cannot be skipped past; the preview and the movie can. Back from an
// advertisement a player may go, which noRecede alone would forbid.
func TestListOfTheExample(t *testing.T) {
	dir := scratch(t)
	for _, name := range []string{"Ad_1.wmv", "preview.wmv", "movie.wmv", "Ad_2.wmv"} {
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, other), "-t", "2", "-c", "copy", "-metadata", "title="+titleOf(name), filepath.Join(dir, name))
	}
	list := filepath.Join(dir, "ServerSidePlaylist.wsx")
	writeFile(t, list, []byte(listOfExample))
	s := serveWith(t, rtspUncut+"on_demand: {burst: 0s}\n", list)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stream, err := new(rtsp.Client).Play(ctx, s.rtspURL(""), rtsp.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	skip := func(by int, may bool) {
		t.Helper()
		var h head.Fields
		h.Add("X-Playlist", rtsp.FormatPlaylist(by))
		if err := stream.Play(ctx, rtsp.PlayOptions{Header: h}); (err == nil) != may {
			t.Fatalf("by %d: %v", by, err)
		}
	}
	enter := func(name string) {
		t.Helper()
		for {
			e, err := stream.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind != rtsp.GotHeader {
				continue
			}
			if e.SDP.Title != titleOf(name) {
				t.Fatalf("%s follows, want %s", e.SDP.Title, name)
			}
			if err := stream.Enter(ctx, e, rtsp.PlayOptions{}); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	if sdp := stream.Description().SDP; sdp.Title != titleOf("Ad_1.wmv") || !sdp.Properties.Has(rtsp.PropertyPlaylist) || sdp.Properties.Has(rtsp.PropertySkipForward) {
		t.Errorf("it begins with %s, %v", sdp.Title, sdp.Properties)
	}
	skip(1, false)
	enter("preview.wmv")
	skip(1, true)
	enter("movie.wmv")
	skip(1, true)
	enter("Ad_2.wmv")
	skip(1, false)
	skip(-1, true)
	enter("movie.wmv")
	skip(1, true)
	enter("Ad_2.wmv")
	for err == nil {
		_, err = stream.Next()
	}
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// The lines of tshark's details that tell a trace.
var traceLine = regexp.MustCompile(`^ *(?:(Frame) \d+:|Transmission Control Protocol, Src Port: (\d+)|Request: (\w+) (\S+) RTSP|Response: RTSP/1\.0 (\d+)|` +
	`CSeq: (\d+)|Content-type: application/(?:x-wms-|x-rtsp-)([\w-]+)|Session Name \(s\): (.+)|Sequence number: (\d+)|Synchronization Source identifier: (\w+))`)

// wireTrace has tshark tell what both sides said, as traceOfTwo has it, and the names of
// the sessions that were described.
func wireTrace(t *testing.T, file, port string) (trace string, names []string) {
	t.Helper()
	type line struct{ text, key string } // key: whose request it is, and which
	var lines []*line
	var now *line
	status, number, fromServer := "", "", false
	sent := map[string]bool{}
	for text := range strings.Lines(play(t, "tshark", "-r", file, "-d", "tcp.port=="+port+",rtsp", "-Y", "rtsp or (rtp.p_type == 96 and udp)", "-V", "-O", "rtsp,sdp,rtp,tcp")) {
		m := traceLine.FindStringSubmatch(strings.TrimRight(strings.ReplaceAll(text, `\r\n`, ""), "\n"))
		switch {
		case m == nil:
		case m[1] != "":
			now, status = nil, ""
		case m[2] != "":
			fromServer = m[2] == port
		case m[3] != "":
			now, status = &line{text: speaker(fromServer) + m[3]}, ""
			if at := strings.LastIndexByte(m[4], '/'); m[3] == "SETUP" {
				now.text += m[4][at:]
			}
			lines = append(lines, now)
		case m[5] != "":
			now, status = nil, m[5]
		case m[6] != "" && now != nil:
			now.key = speaker(fromServer) + m[6]
		case m[6] != "" && status != "":
			for _, l := range lines {
				if l.key == speaker(!fromServer)+m[6] {
					l.text, l.key = l.text+" "+status, ""
				}
			}
		case m[7] != "" && now != nil && strings.HasSuffix(now.text, "SET_PARAMETER"):
			now.text += " " + m[7]
		case m[8] != "":
			names = append(names, m[8])
		case m[9] != "":
			number = m[9]
		case m[10] != "" && sent[m[10]+number]: // a copy of what was lost
		case m[10] != "" && (len(lines) == 0 || lines[len(lines)-1].text != packetsOfTrace):
			lines = append(lines, &line{text: packetsOfTrace})
			fallthrough
		case m[10] != "":
			sent[m[10]+number] = true
		}
	}
	var list []string
	for _, l := range lines {
		list = append(list, strings.ReplaceAll(l.text, "/", " "))
	}
	return strings.Join(inOrder(list), "\n"), names
}

// inOrder puts into the order of the traces what both sides say at the same time: the
// log of an end, and what comes next; LogConnect behind PLAY, and the first packets.
func inOrder(list []string) []string {
	for i := 1; i < len(list); i++ {
		if strings.HasPrefix(list[i], "< ANNOUNCE") && strings.HasPrefix(list[i-1], "SET_PARAMETER Logplaystats") {
			list[i-1], list[i] = list[i], list[i-1]
		}
		if strings.HasPrefix(list[i], "SET_PARAMETER Logconnectstats") && list[i-1] == packetsOfTrace {
			list[i-1], list[i] = list[i], list[i-1]
		}
	}
	return slices.CompactFunc(list, func(a, b string) bool { return a == packetsOfTrace && a == b })
}

const packetsOfTrace = "< RTP"

func speaker(server bool) string { return map[bool]string{true: "< ", false: ""}[server] }
