package mms

import (
	"strings"

	"caracal/internal/head"
)

// Target returns what FileName asks for, in the form that other protocols have
// it. A name is not escaped by the rules, [MS-MMSP] 2.2.4.21, but FFmpeg and
// VLC send it as it stands in the URL, "%20" and all: a server looks for the
// name as it came first, then for the one with unescape. Errors are those of
// head.ParseTarget.
func (m *OpenFile) Target(unescape bool) (head.Target, error) {
	name := m.FileName
	if !unescape {
		name = strings.ReplaceAll(name, "%", "%25")
	}
	if !strings.Contains(name, "://") {
		name = "/" + strings.TrimLeft(name, "/")
	}
	return head.ParseTarget(name)
}
