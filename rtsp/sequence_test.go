package rtsp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sequence is what two peers say, with "=> Kind" before each message of the
// player and "<= status" before each of the server.
type sequence struct {
	wire map[string][]byte   // by the arrow
	want map[string][]string // what follows the arrow
}

func readSequence(t *testing.T, name string) sequence {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := sequence{map[string][]byte{}, map[string][]string{}}
	from := ""
	for line := range strings.Lines(string(text)) {
		if arrow, what, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "> "); ok && arrow == "=" {
			from = "=>"
			s.begin(t, from, what)
		} else if arrow, what, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "= "); ok && arrow == "<" {
			from = "<="
			s.begin(t, from, what)
		} else if from != "" {
			s.wire[from] = append(s.wire[from], strings.ReplaceAll(line, "\n", "\r\n")...)
		}
	}
	return s
}

func (s sequence) begin(t *testing.T, from, what string) {
	t.Helper()
	var channel uint8
	var n int
	if _, err := fmt.Sscanf(what, "frame %d %d", &channel, &n); err == nil {
		data := []byte(strings.Repeat("RTSP/1.0 $\r\n\r\n", n/14+1))
		s.wire[from] = Frame{Channel: channel, Data: data[:n]}.Append(s.wire[from])
	}
	s.want[from] = append(s.want[from], what)
}

// readAll takes a connection apart as a peer does that gets it in pieces.
func readAll(t *testing.T, wire []byte, piece int) (got []string, cseqs []int64) {
	t.Helper()
	have := 0
	for len(wire) > 0 {
		if have == len(wire) {
			t.Fatalf("after %q: %d bytes left", got, have)
		}
		have = min(have+piece, len(wire))
		for {
			opening, blank := Peek(wire[:have])
			wire, have = wire[blank:], have-blank
			text, n, cseq, err := readOne(opening, wire[:have])
			if errors.Is(err, ErrNeedMore) {
				break
			}
			if err != nil {
				t.Fatalf("after %q: %v", got, err)
			}
			got = append(got, text)
			if cseq >= 0 {
				cseqs = append(cseqs, cseq)
			}
			wire, have = wire[n:], have-n
		}
	}
	return got, cseqs
}

func readOne(opening Opening, b []byte) (text string, n int, cseq int64, err error) {
	switch opening {
	case OpeningFrame:
		f, n, err := ParseFrame(b)
		return fmt.Sprintf("frame %d %d", f.Channel, len(f.Data)), n, -1, err
	case OpeningRequest:
		r, n, err := ParseRequest(b, MaxRequestBody)
		if err != nil {
			return "", 0, 0, err
		}
		return r.Kind.String(), n, r.CSeq, nil
	case OpeningResponse:
		r, n, err := ParseResponse(b, MaxResponseBody)
		if err != nil {
			return "", 0, 0, err
		}
		return fmt.Sprint(r.Status), n, r.CSeq, nil
	}
	return "", 0, 0, ErrNeedMore
}

func TestSequences(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "sequences", "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatal("no sequences", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			s := readSequence(t, name)
			for _, piece := range []int{1, 1460, 1 << 20} {
				var cseqs [2][]int64
				for i, from := range []string{"=>", "<="} {
					got, numbers := readAll(t, s.wire[from], piece)
					if strings.Join(got, ", ") != strings.Join(s.want[from], ", ") {
						t.Fatalf("%s in pieces of %d: %q, want %q", from, piece, got, s.want[from])
					}
					cseqs[i] = numbers
				}
				if fmt.Sprint(cseqs[0]) != fmt.Sprint(cseqs[1]) {
					t.Errorf("requests %v, answers %v", cseqs[0], cseqs[1])
				}
			}
		})
	}
}
