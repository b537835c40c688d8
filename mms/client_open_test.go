package mms

import (
	"errors"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var redirectTests = []struct {
	name     string
	redirect []ReportRedirect // one after the other, the last one for ever
	times    int64
	dialed   []string
	file     string
	err      error
}{
	{"to another server", []ReportRedirect{{0, RedirectURL, "mmsu://192.0.2.7:1756/a b%.wmv"}}, 1, []string{"192.0.2.1:1755", "192.0.2.7:1756"}, "a b%.wmv", nil},
	{"to another name", []ReportRedirect{{0, RedirectURL, "/b.wmv"}}, 1, []string{"192.0.2.1:1755", "192.0.2.1:1755"}, "b.wmv", nil},
	{"to a proxy", []ReportRedirect{{0, RedirectProxy, "192.0.2.9:80"}}, 1, []string{"192.0.2.1:1755", "192.0.2.9:80"}, "welcome.wmv", nil},
	{"to no proxy", []ReportRedirect{{0, RedirectProxy, "mms://192.0.2.9"}, {0, RedirectProxy, ""}}, 2,
		[]string{"192.0.2.1:1755", "192.0.2.9:1755", "192.0.2.1:1755"}, "welcome.wmv", nil},
	{"around", []ReportRedirect{{0, RedirectURL, fakeURL}}, 100, slices.Repeat([]string{"192.0.2.1:1755"}, MaxRedirects+1), "welcome.wmv", ErrRedirects},
	{"to nowhere", []ReportRedirect{{0, RedirectURL, "ftp://x"}}, 1, []string{"192.0.2.1:1755"}, "welcome.wmv", ErrInvalid},
	{"to what nobody knows", []ReportRedirect{{0, 7, fakeURL}}, 1, []string{"192.0.2.1:1755"}, "welcome.wmv", ErrUnexpected},
}

func TestClientFollowsRedirects(t *testing.T) {
	for _, tt := range redirectTests {
		t.Run(tt.name, func(t *testing.T) {
			inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
				var n atomic.Int64
				f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
					if mid != MIDOpenFile || n.Load() == tt.times {
						return false
					}
					c.say(&tt.redirect[min(int(n.Add(1)), len(tt.redirect))-1])
					return true
				}
				d, err := c.Describe(t.Context(), fakeURL)
				if !errors.Is(err, tt.err) {
					t.Fatal(err)
				}
				if err == nil {
					if d.UDP {
						t.Error("the transport has changed")
					}
					d.Close()
				}
				if !slices.Equal(f.n.Dialed(), tt.dialed) || lastOf[OpenFile](t, f).FileName != tt.file {
					t.Errorf("%q, %q", f.n.Dialed(), lastOf[OpenFile](t, f).FileName)
				}
			})
		})
	}
}

// A server that does not want UDP, [MS-MMSP] 3.1.5.5.
func TestClientTakesTCPInstead(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		c.UDP, c.Either = true, true
		f.handle = func(c *fakeConn, mid MID, m Appender) bool {
			funnel, ok := m.(*ConnectFunnel)
			if !ok {
				return false
			}
			if where, _ := ParseFunnel(funnel.FunnelName); !where.UDP {
				return false
			}
			c.say(&ReportDisconnectedFunnel{HR: EProtocolMismatch})
			return true
		}
		s := playFake(t, c, fakeURL, PlayOptions{})
		defer s.Close()
		wantPackets(t, s, f, 0, 20)
		if s.Description().UDP {
			t.Error("over UDP")
		}
	})
}

// The Header timer, [MS-MMSP] 3.1.6.1: the header comes when it is asked for
// again, and packet pairs are measured anew.
func TestClientAsksAgainForTheHeader(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		c.UDP, c.Measure = true, true
		i := 0
		f.n.Drop(func(_, _ netip.AddrPort, _ []byte) bool {
			i++
			return i%2 == 1 && i < 6
		})
		f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
			for n := 0; n < PairDatagrams && mid == MIDReadBlock; n++ {
				c.give(AppendPair(nil, n, make([]byte, PairPayload)))
			}
			return false
		}
		began := time.Now()
		d, err := c.Describe(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		synctest.Wait()
		if got := f.talk(); got != "[Connect FunnelInfo ConnectFunnel OpenFile ReadBlock CancelReadBlock ReadBlock]" {
			t.Error(got)
		}
		if m := lastOf[ReadBlock](t, f); m.PlayIncarnation != 2 || lastOf[CancelReadBlock](t, f).PlayIncarnation != 1 {
			t.Errorf("%+v", m)
		}
		if waited := time.Since(began); waited < time.Second || waited > 2*time.Second || d.Measured == nil || d.Measured.Packets != 2 {
			t.Errorf("%v, %+v", waited, d.Measured)
		}
	})
}
