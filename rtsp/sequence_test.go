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
	wire  map[string][]byte   // by the arrow
	want  map[string][]string // what follows the arrow
	steps []*Step             // in their order
}

// Step is one message of a sequence.
type Step struct {
	Player bool   // it is the player's
	What   string // what follows the arrow
	Wire   []byte
}

// ReadSteps reads a sequence of testdata/sequences.
func ReadSteps(t *testing.T, name string) []*Step {
	t.Helper()
	return readSequence(t, filepath.Join("testdata", "sequences", name)).steps
}

// Request parses a step that is one.
func (s *Step) Request(t *testing.T) *Request {
	t.Helper()
	r, _, err := ParseRequest(s.Wire, MaxResponseBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Response parses a step that is one.
func (s *Step) Response(t *testing.T) *Response {
	t.Helper()
	r, _, err := ParseResponse(s.Wire, MaxResponseBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readSequence(t *testing.T, name string) sequence {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := sequence{wire: map[string][]byte{}, want: map[string][]string{}}
	from := ""
	for line := range strings.Lines(string(text)) {
		if arrow, what, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "> "); ok && arrow == "=" {
			from = "=>"
			s.begin(t, from, what)
		} else if arrow, what, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "= "); ok && arrow == "<" {
			from = "<="
			s.begin(t, from, what)
		} else if from != "" {
			line = strings.ReplaceAll(line, "\n", "\r\n")
			s.wire[from] = append(s.wire[from], line...)
			step := s.steps[len(s.steps)-1]
			step.Wire = append(step.Wire, line...)
		}
	}
	return s
}

func (s *sequence) begin(t *testing.T, from, what string) {
	t.Helper()
	step := &Step{Player: from == "=>", What: what}
	s.steps = append(s.steps, step)
	var channel uint8
	var n int
	if _, err := fmt.Sscanf(what, "frame %d %d", &channel, &n); err == nil {
		data := []byte(strings.Repeat("RTSP/1.0 $\r\n\r\n", n/14+1))
		step.Wire = Frame{Channel: channel, Data: data[:n]}.Append(nil)
		s.wire[from] = append(s.wire[from], step.Wire...)
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
