package head

import "strings"

// MaxHops is how many hops of a Via header are read.
const MaxHops = 32

// Hop is a proxy or a server that a message has gone through, RFC 2616 14.45.
type Hop struct {
	Protocol string // received-protocol: "HTTP/1.1", "1.1", "RTSP/1.0"
	By       string // received-by: host, host:port or a pseudonym
	Comment  string // with its parentheses; "" for none
}

// ParseVia reads the Via headers of a message, the first hop first. It leaves out
// what cannot be read.
func ParseVia(values ...string) []Hop {
	var hops []Hop
	for _, v := range values {
		for v != "" && len(hops) < MaxHops {
			end := hopEnd(v)
			if h, ok := parseHop(v[:end]); ok {
				hops = append(hops, h)
			}
			v = v[min(end+1, len(v)):]
		}
	}
	return hops
}

// hopEnd finds the comma behind the first hop; those in a comment belong to it.
func hopEnd(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth = max(depth-1, 0)
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

func parseHop(s string) (Hop, bool) {
	protocol, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	by, comment, _ := strings.Cut(strings.TrimSpace(rest), " ")
	comment = strings.TrimSpace(comment)
	if !strings.HasPrefix(comment, "(") || !strings.HasSuffix(comment, ")") {
		comment = ""
	}
	return Hop{protocol, by, comment}, protocol != "" && by != "" && !HasControl(s) && !strings.ContainsAny(protocol+by, "()\t")
}

func (h Hop) String() string {
	s := h.Protocol + " " + h.By
	if h.Comment != "" {
		s += " " + h.Comment
	}
	return s
}

// HTTP10 says that the hop does not speak more than HTTP 1.0.
func (h Hop) HTTP10() bool { return h.Protocol == "1.0" || strings.EqualFold(h.Protocol, "HTTP/1.0") }

// JoinVia writes hops as one header.
func JoinVia(hops []Hop) string {
	var b strings.Builder
	for i, h := range hops {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(h.String())
	}
	return b.String()
}
