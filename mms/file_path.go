package mms

import (
	"strings"

	"caracal/internal/head"
)

// Reading is a way to understand a FileName.
type Reading int

// The readings, in the order in which a server looks for them. A name is not
// escaped by the rules, [MS-MMSP] 2.2.4.21, but FFmpeg and VLC send it as it
// stands in the URL, "%20" and all, and everybody sends the URL's query with it.
const (
	ReadLiteral   Reading = iota // nothing in it means anything
	ReadAsCame                   // what follows "?" is a query
	ReadUnescaped                // and "%20" is a blank
)

// Target returns what FileName asks for, in the form that other protocols have
// it. Errors are those of head.ParseTarget.
func (m *OpenFile) Target(r Reading) (head.Target, error) {
	name := m.FileName
	if r < ReadUnescaped {
		name = strings.ReplaceAll(name, "%", "%25")
	}
	if r < ReadAsCame {
		name = strings.ReplaceAll(name, "?", "%3F")
	}
	if !strings.Contains(name, "://") {
		name = "/" + strings.TrimLeft(name, "/")
	}
	return head.ParseTarget(name)
}
