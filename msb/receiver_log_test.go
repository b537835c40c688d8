package msb

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// logServer takes logs, or is something else.
type logServer struct {
	mu    sync.Mutex
	page  string
	lines []string
	came  chan string // gets each line, if there is room
}

func (s *logServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		io.WriteString(w, s.page)
		return
	}
	b, _ := io.ReadAll(r.Body)
	s.lines = append(s.lines, string(b))
	select {
	case s.came <- string(b):
	default:
	}
}

// A log goes to the Log URL for every entry, if somebody takes logs there.
func TestReceiverSendsLogs(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       int
	}{
		{"log", "<head></head>\r\n<body><h1>WMS ISAPI Log Dll/9.00.00.3372</h1></body>", 2},
		{"old log", "<body><h1>NetShow ISAPI Log Dll</h1></body>", 2},
		{"other page", "<body><h1>Welcome</h1></body>", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			logs := &logServer{page: tt.page}
			web := httptest.NewServer(logs)
			defer web.Close()
			st, id := filmStation(t)
			group, err := st.Group()
			if err != nil {
				t.Fatal(err)
			}
			st.LogURL = web.URL + "/log"
			l := listen(t, t.Context(), st, ReceiverOptions{Client: web.Client(), Location: "http://h/live.nsc"}, 6)
			f := readFilm(t)
			e := NewEncoder(EncoderOptions{})
			var sent [][]byte
			for range 2 {
				e.Begin(id)
				sent = append(sent, f.datagrams(t, e)[:3]...)
			}
			// The second entry goes on with the IDs of the first.
			sent = slices.Delete(sent, 3, 6)
			e = NewEncoder(EncoderOptions{ID: 3})
			e.Begin(id)
			e.Begin(id)
			sent = append(sent, f.datagrams(t, e)[:3]...)
			raw(t, group)(sent...)
			if err := <-l.done; !errors.Is(err, errEnough) {
				t.Fatal(err)
			}
			if len(logs.lines) != tt.want {
				t.Fatalf("%d logs: %q", len(logs.lines), logs.lines)
			}
			for _, line := range logs.lines {
				text, ok := strings.CutPrefix(line, "MX_STATS_LogLine: \t")
				fields := strings.Split(text, " ")
				if !ok || len(fields) != 44 || fields[4] != "asfm://"+group.String() || fields[22] != "asfm" ||
					fields[26] != "http://h/live.nsc" || fields[30] != "3" || fields[40] != group.Addr().String() {
					t.Errorf("%d fields in %q", len(fields), line)
				}
			}
		})
	}
}

func TestFetchStation(t *testing.T) {
	st, _ := filmStation(t)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/live.nsc":
			w.Write(st.Append(nil))
		case "/page":
			io.WriteString(w, "<html>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer web.Close()
	got, err := FetchStation(t.Context(), web.Client(), web.URL+"/live.nsc")
	if err != nil || !bytes.Equal(got.Append(nil), st.Append(nil)) {
		t.Error(err)
	}
	if _, err := FetchStation(t.Context(), web.Client(), web.URL+"/page"); !errors.Is(err, ErrNotStation) {
		t.Error(err)
	}
	if _, err := FetchStation(t.Context(), web.Client(), web.URL+"/none"); err == nil {
		t.Error("404 is a station")
	}
}
