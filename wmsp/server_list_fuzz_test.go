package wmsp_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
)

// Whatever a player asks for in a list, and when, it is answered or its connection ends,
// and no entry stays open. Each byte is a request, or a while; tokens go with all of them.
func FuzzListRequests(f *testing.F) {
	f.Add([]byte{0, 6, 1, 8, 7, 2}, "playlist-seek-id=1, pl-offset=1")
	f.Add([]byte{16, 6, 3, 4, 0, 6, 6, 2, 5}, "playlist-seek-id=2, pl-offset=-1, stream-time=1500")
	f.Add([]byte{0, 4, 6, 20, 6, 0, 2}, "client-lag=4294967295, playlist-gen-id=7, pl-offset=0")
	f.Add([]byte{0, 7, 7, 3, 7, 1, 7}, "rate=-5.000, pl-offset=-1, playlist-seek-id=3")
	f.Fuzz(func(t *testing.T, steps []byte, tokens string) {
		if strings.ContainsAny(tokens, "\r\n") || len(tokens) > 200 {
			return
		}
		synctest.Test(t, func(t *testing.T) { askAtRandom(t, steps[:min(len(steps), 40)], "Pragma: "+tokens) })
	})
}

// mostTime is what the list takes, and a session of another player that has begun on the
// connection, which nobody stops.
const mostTime = 10 * time.Minute

func askAtRandom(t *testing.T, steps []byte, tokens string) {
	s := startServer(t, true, nil)
	defer s.Stop()
	song := fronttest.ListItem{Clip: listSong()}
	list := s.PublishList("list", pacedOptions(), fronttest.ListItem{Clip: fronttest.Film(3).Clip()}, song, fronttest.ListItem{Clip: listFilm(), Fixed: true}, song)
	c := s.listener(predictive)
	read := make(chan struct{})
	go func() { io.Copy(io.Discard, c.r); close(read) }()
	for _, step := range steps {
		features := predictive
		if step&16 != 0 {
			features = notPredictive
		}
		get, post := []string{"GET /list HTTP/1.1"}, []string{"POST /list HTTP/1.1"}
		common := []string{agent12, "Host: h", c.id, testGUID, features, tokens}
		var lines []string
		switch step & 7 {
		case 0:
			lines = append(get, version11, playStream, bothStreams)
		case 1:
			lines = append(post, "Pragma: xStopStrm=1", noBody)
		case 2:
			lines = append(get, "Pragma: xPlayNextEntry=1", bothStreams)
		case 3:
			lines = append(get, version11, "Pragma: stream-switch-entry=ffff:3:0")
		case 4:
			lines = append(post, exampleLog, noBody)
		case 5:
			q := s.connect()
			io.WriteString(q, strings.Join(append([]string{"POST /list HTTP/1.0", "Pragma: stream-switch-entry=1:3:0", noBody}, common...), "\r\n")+"\r\n\r\n")
			go io.Copy(io.Discard, q)
			continue
		case 6:
			time.Sleep(time.Duration(step>>3) * 500 * time.Millisecond)
			continue
		case 7:
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if _, err := io.WriteString(c, strings.Join(append(lines, common...), "\r\n")+"\r\n\r\n"); err != nil {
			break // the server has closed the connection
		}
	}
	time.Sleep(time.Second)
	io.WriteString(c, fmt.Sprintf("POST /list HTTP/1.1\r\n%s\r\nHost: h\r\n%s\r\nPragma: xStopStrm=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", agent12, c.id))
	limit := time.AfterFunc(mostTime, func() { t.Error("the connection goes on"); c.Close() })
	<-read
	limit.Stop()
	s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
}
