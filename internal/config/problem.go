package config

import (
	"fmt"
	"strings"
)

// Problem is one mistake in the configuration.
type Problem struct {
	File string // or the flag, "--http"
	Line int    // 0 when there is none
	Key  string // "http.address"
	Text string // what is wrong and what to do
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	for _, s := range []string{p.Key, p.Text} {
		if b.Len() > 0 && s != "" {
			b.WriteString(": ")
		}
		b.WriteString(s)
	}
	return b.String()
}

// Problems are all mistakes, in the order in which they were found.
type Problems []Problem

// Error has one line for each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// place is where a key was given.
type place struct {
	file string
	line int
}
