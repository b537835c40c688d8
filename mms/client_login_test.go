package mms

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/internal/credential"
)

// door asks before a fakeMac opens files, and lets in u with the password right.
type door struct {
	t       *testing.T
	ntlm    bool
	wrapped bool // puts its tokens into NTLM_AUTH
	denies  bool // says no to who has logged in, without a challenge

	acceptor *ntlm.Acceptor
	said     []string
	cookie   uint32
}

func behindDoor(t *testing.T, f *fakeMac, isNTLM bool) *door {
	d := &door{t: t, ntlm: isNTLM}
	f.handle = d.handle
	return d
}

func (d *door) handle(c *fakeConn, mid MID, m Appender) bool {
	switch m := m.(type) {
	case *OpenFile:
		d.said = append(d.said, "OpenFile")
		d.ask(c, nil)
	case *SecurityResponse:
		if m.Cookie != d.cookie || m.PlayIncarnation != 9 {
			d.t.Errorf("%+v, want the cookie %d", m, d.cookie)
		}
		token, err := ParseToken(m.Token)
		last := len(token.NTLM) > 8 && token.NTLM[8] == 3
		if err != nil || token.IsNTLM != d.ntlm || token.Wrapped != (d.wrapped && last) {
			d.t.Errorf("%+v, %v", token, err)
		}
		if d.ntlm {
			d.answer(c, token.NTLM)
			return true
		}
		user, password, _ := token.BasicCredentials()
		d.said = append(d.said, "Basic")
		d.judge(c, user == "u" && password == "right")
	default:
		return false
	}
	return true
}

// ask challenges, with a token of NTLM or to begin.
func (d *door) ask(c *fakeConn, token []byte) {
	d.cookie++
	b := AppendBasicRealm(nil, "x")
	if d.ntlm {
		b = AppendNTLM(nil, token, d.wrapped && len(token) > 0)
	}
	c.say(&SecurityChallenge{PlayIncarnation: 9, Cookie: d.cookie, Token: b})
}

func (d *door) answer(c *fakeConn, token []byte) {
	if d.acceptor == nil {
		var err error
		if d.acceptor, err = ntlm.NewAcceptor(ntlm.AcceptorOptions{
			Lookup: func(context.Context, string, string) ([16]byte, error) { return ntlm.NTHash("right"), nil },
			Now:    time.Now, Computer: "HOST", Domain: "HOST",
		}); err != nil {
			d.t.Error(err)
		}
	}
	d.said = append(d.said, []string{"", "NEGOTIATE", "", "AUTHENTICATE"}[token[8]])
	reply, done, err := d.acceptor.Step(context.Background(), token)
	if err == nil && !done {
		d.ask(c, reply)
		return
	}
	d.acceptor = nil
	d.judge(c, done)
}

func (d *door) judge(c *fakeConn, right bool) {
	switch {
	case d.denies:
		c.say(&ReportOpenFile{HR: EAccessDenied})
	case right:
		c.say(c.opened())
	default:
		d.ask(c, nil)
	}
}

// [MS-MMSP] 4.6.1 and 4.6.2, over TCP and with data over UDP.
func TestClientLogsIn(t *testing.T) {
	for _, udp := range []bool{false, true} {
		for _, tt := range []struct {
			ntlm, denies bool
			user, want   string
			err          error
		}{
			{false, false, "u:right@", "OpenFile Basic", nil},
			{true, false, "u:right@", "OpenFile NEGOTIATE AUTHENTICATE", nil},
			{true, false, `HOST%5Cu:right@`, "OpenFile NEGOTIATE AUTHENTICATE", nil},
			{false, false, "u:s3cret@", "OpenFile Basic", credential.ErrRefused},
			{true, false, "u:s3cret@", "OpenFile NEGOTIATE AUTHENTICATE", credential.ErrRefused},
			{true, true, "u:s3cret@", "OpenFile NEGOTIATE AUTHENTICATE", credential.ErrRefused},
			{false, false, "", "OpenFile", nil},
			{true, false, "", "OpenFile", nil},
		} {
			inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
				c.UDP, c.Credentials = udp, &credential.Book{}
				d := behindDoor(t, f, tt.ntlm)
				d.denies = tt.denies
				url := "mms://" + tt.user + "192.0.2.1/x"
				got, err := c.Describe(t.Context(), url)
				if said := strings.Join(d.said, " "); said != tt.want {
					t.Errorf("%s: %s, want %s", url, said, tt.want)
				}
				var status *StatusError
				switch in := tt.err == nil && tt.user != ""; {
				case in != (err == nil), !errors.Is(err, tt.err) && tt.err != nil:
					t.Fatalf("%s: %v", url, err)
				case in:
					got.Close()
				case !errors.As(err, &status) || status.HR != EAccessDenied || strings.Contains(err.Error(), "s3cret"):
					t.Errorf("%s: %v", url, err)
				case tt.err != nil:
					d.said = nil
					if _, err := c.Describe(t.Context(), url); !tt.denies && !errors.Is(err, credential.ErrHeld) || len(d.said) != 1 {
						t.Errorf("again: %v, %s", err, d.said)
					}
				}
			})
		}
	}
}

// Who wraps tokens in NTLM_AUTH gets them wrapped.
func TestClientLogsInWrapped(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		d := behindDoor(t, f, true)
		d.wrapped = true
		got, err := c.Describe(t.Context(), "mms://u:right@192.0.2.1/x")
		if err != nil {
			t.Fatal(err)
		}
		got.Close()
	})
}

// A server that asks and asks is given up.
func TestClientTiresOfChallenges(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		rounds := 0
		f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
			if mid != MIDOpenFile && mid != MIDSecurityResponse {
				return false
			}
			rounds++
			c.say(&SecurityChallenge{Token: AppendNTLM(nil, nil, false)}) // begins anew each time
			return true
		}
		var status *StatusError
		if _, err := c.Describe(t.Context(), "mms://u:p@192.0.2.1/x"); !errors.As(err, &status) || rounds > 10 {
			t.Errorf("%v after %d", err, rounds)
		}
	})
}

// What is for a server is not told to another, nor to a proxy that it names.
func TestClientLoginStaysWithItsHost(t *testing.T) {
	for _, tt := range []struct {
		redirect ReportRedirect
		want     string
	}{
		{ReportRedirect{0, RedirectURL, "mms://192.0.2.1/b"}, "OpenFile Basic OpenFile Basic"},
		{ReportRedirect{0, RedirectURL, "mms://192.0.2.9/b"}, "OpenFile Basic OpenFile"},
		{ReportRedirect{0, RedirectProxy, "192.0.2.9:80"}, "OpenFile Basic OpenFile"},
	} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			d := behindDoor(t, f, false)
			sent := false
			handle := d.handle
			f.handle = func(c *fakeConn, mid MID, m Appender) bool {
				if mid != MIDSecurityResponse || sent {
					return handle(c, mid, m)
				}
				sent = true
				d.said = append(d.said, "Basic")
				c.say(&tt.redirect)
				return true
			}
			if d, err := c.Describe(t.Context(), "mms://u:right@192.0.2.1/a"); err == nil {
				d.Close()
			}
			if got := strings.Join(d.said, " "); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.redirect.Location, got, tt.want)
			}
		})
	}
}
