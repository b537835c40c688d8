package mms

import (
	"strings"

	"caracal/internal/head"
)

// Subscriber is the subscriberName of Connect, [MS-MMSP] 2.2.4.17: who connects,
// and through which proxies.
type Subscriber struct {
	Client     string // client-token with what follows: "NSPlayer/9.0.0.2980; {...}; Host: h"
	HostString string // after "HOST: ": the server, as a proxy's client named it
	Via        string // after "VIA: ": the proxies
}

const (
	hostMark = "HOST: "
	viaMark  = "VIA: "

	maxSubscriberStrings = 3
)

// parseSubscriber reads up to three strings that end with NUL. Behind them is
// padding, which players do not clear, so what has no mark is left out.
func parseSubscriber(b []byte) Subscriber {
	var s Subscriber
	for i := 0; i < maxSubscriberStrings && len(b) > 0; i++ {
		text, size := decodeUTF16(b)
		b = b[size:]
		switch {
		case i == 0:
			s.Client = text
		case hasPrefixFold(text, hostMark):
			s.HostString = text[len(hostMark):]
		case hasPrefixFold(text, viaMark):
			s.Via = text[len(viaMark):]
		}
	}
	return s
}

func (s *Subscriber) append(b []byte) []byte {
	b = appendUTF16Z(b, s.Client)
	if s.HostString != "" {
		b = appendUTF16Z(b, hostMark+s.HostString)
	}
	if s.Via != "" {
		b = appendUTF16Z(b, viaMark+s.Via)
	}
	return b
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// Agent reads Client in the words of the User-Agent header. The GUID has no
// braces.
func (s *Subscriber) Agent() head.Agent {
	token, rest, _ := strings.Cut(s.Client, ";")
	a := head.ParseAgent(token)
	a.Raw = s.Client
	a.Via = s.Via != ""
	for part := range strings.SplitSeq(rest, ";") {
		part = strings.TrimSpace(part)
		if inner, ok := strings.CutPrefix(part, "{"); ok && a.GUID == "" {
			a.GUID, _, _ = strings.Cut(inner, "}")
		}
	}
	return a
}

// Host returns the server that the player believes to talk to, with its port
// if it said one: its "Host:", or that of HostString, or "".
func (s *Subscriber) Host() string {
	for part := range strings.SplitSeq(s.Client, ";") {
		if part = strings.TrimSpace(part); hasPrefixFold(part, "Host:") {
			return strings.TrimSpace(part[len("Host:"):])
		}
	}
	return s.HostString
}

// IsServices4 says that Windows Media Services 4.0 or 4.1 connect: they get
// all streams without a StreamSwitch, [MS-MMSP] 3.2.5.11. The specification
// spells their name with four and with five letters o.
func (s *Subscriber) IsServices4() bool {
	return s.Client == "Spoooon!" || s.Client == "Spooooon!"
}
