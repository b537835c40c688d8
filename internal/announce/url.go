package announce

import (
	"path"
	"strings"
)

// Endpoint is one way to the content.
type Endpoint struct {
	Scheme string // "mms", "http"
	Host   string // host, or host:port when the port is not the scheme's; "": there is no such way
	Ending string // of names, as ".nsc"; usually ""
	Query  string // behind the name, as "?MSWMExt=.asf"; usually ""
}

// URL returns the endpoint's URL for a name with slashes, such as
// "films/a b.wmv".
func (e Endpoint) URL(name string) string {
	return e.Scheme + "://" + e.Host + "/" + EscapePath(name+e.Ending) + e.Query
}

// streamed is what tells Windows Media Player that a web address without an
// ending of Windows Media is one all the same: servers have put it behind the
// addresses of their redirectors since Windows Media Services 4.
const streamed = "?MSWMExt=.asf"

// IsWeb says that it is a web address.
func (e Endpoint) IsWeb() bool { return e.Scheme == "http" || e.Scheme == "https" }

// Streamed is the endpoint for who would take what is there for a page.
func (e Endpoint) Streamed() Endpoint {
	if e.IsWeb() && e.Ending == "" {
		e.Query = streamed
	}
	return e
}

// saysMedia says whether players see by a name's ending that it is a film.
func saysMedia(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".asf", ".wma", ".wmv", ".wm":
		return true
	}
	return false
}

// EscapePath writes every byte of a name that is not a letter, a digit or one
// of "-._~/" as %XX: old players and old browsers take nothing else for
// granted.
func EscapePath(name string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if isUnreserved(c) || c == '/' {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
