package mms

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/vector"
)

func TestClientSequences(t *testing.T) {
	for _, v := range vector.Read(t, "client_sequences.txt") {
		t.Run(v["name"], func(t *testing.T) {
			inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
				c.UDP, c.Measure = v["udp"] != "", v["measure"] != ""
				url := fakeURL
				if realm := v["login"]; realm != "" {
					url = strings.Replace(fakeURL, "//", "//a:b@", 1)
					f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
						if mid == MIDOpenFile {
							c.say(&SecurityChallenge{PlayIncarnation: 9, Cookie: 7, Token: AppendBasicRealm(nil, realm)})
						}
						if mid == MIDSecurityResponse {
							c.say(c.opened())
						}
						return mid == MIDOpenFile || mid == MIDSecurityResponse
					}
				}
				a := sequenceActor{t: t, c: c, url: url}
				for line := range strings.SplitSeq(v["do"], "\n") {
					a.do(line)
				}
				synctest.Wait()
				f.mu.Lock()
				talk := f.both
				f.mu.Unlock()
				checkTalk(t, talk, strings.Split(v["talk"], "\n"))
				a.close()
			})
		})
	}
}

// checkTalk wants each message to have the name and the fields of its line.
func checkTalk(t *testing.T, got, want []string) {
	t.Helper()
	for i, line := range want {
		if i >= len(got) {
			t.Fatalf("it ends before %s", line)
		}
		words := strings.SplitN(line, " ", 3)
		if !strings.HasPrefix(got[i], words[0]+" "+words[1]+" ") {
			t.Fatalf("message %d is %s, not %s", i, got[i], line)
		}
		for _, field := range words[2:] {
			for _, one := range splitFields(field) {
				if !strings.Contains(got[i], one) {
					t.Errorf("no %s in %s", one, got[i])
				}
			}
		}
	}
	if len(got) > len(want) {
		t.Errorf("and then %q", got[len(want):])
	}
}

// splitFields splits at blanks outside of brackets.
func splitFields(s string) (list []string) {
	depth, from := 0, 0
	for i, r := range s + " " {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == ' ' && depth == 0:
			list = append(list, s[from:i])
			from = i + 1
		}
	}
	return list
}

type sequenceActor struct {
	t   *testing.T
	c   *Client
	url string
	d   *Description
	s   *Stream
}

func (a *sequenceActor) do(line string) {
	a.t.Helper()
	what, number, _ := strings.Cut(line, " ")
	n, _ := strconv.ParseFloat(number, 64)
	ctx := context.Background()
	var err error
	switch what {
	case "describe":
		a.d, err = a.c.Describe(ctx, a.url)
	case "play":
		a.s, err = a.c.Play(ctx, a.url, PlayOptions{After: a.d})
	case "packets":
		for range int(n) {
			wantKind(a.t, a.s, GotPacket)
		}
	case "end":
		wantKind(a.t, a.s, GotEnd)
	case "seek":
		err = a.s.Play(ctx, PlayOptions{Streams: a.s.Description().Selection(nil), Start: Start{Seconds: n}})
	case "stride":
		err = a.s.Play(ctx, PlayOptions{Streams: a.s.Description().Selection(nil), Start: Start{Seconds: 20}, Rate: n})
	case "select":
		err = a.s.Select(ctx, a.s.Description().Selection([]uint16{2}))
	case "teardown":
		err = a.s.Teardown(ctx)
	default:
		err = fmt.Errorf("do what? %s", line)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *sequenceActor) close() {
	if a.s != nil {
		a.s.Close()
	} else if a.d != nil {
		a.d.Close()
	}
}
