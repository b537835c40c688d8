package wsx

import (
	"strings"
)

// SourceKind is where a media element takes its content from.
type SourceKind int

const (
	FromFile    SourceKind = iota // a file, another playlist or a folder: which of them the disk says
	FromFolder                    // the files of a folder that a pattern fits
	FromURL                       // another server
	FromWeb                       // a playlist that a web server makes: httpd://
	FromPush                      // what an encoder pushes
	FromPoint                     // a point of this server: point:NAME
	FromFFmpeg                    // what FFmpeg makes of something: ffmpeg:INPUT
	FromRequest                   // what the player asked for, in a wrapper: %RequestedURL%
	FromUnknown                   // a scheme that is none of these
)

// Source is a src, split up.
type Source struct {
	Kind SourceKind
	// Where is the file or folder as it is written, the URL with its scheme, the
	// point's name or what FFmpeg reads; "" for FromRequest.
	Where   string
	Pattern string // FromFolder: "*", "*.wmv"
}

// schemes of URLs. Windows Media Services had http, rtsp, rtspt and rtspu; mms
// is what players write.
var schemes = []string{"http", "https", "mms", "mmst", "mmsu", "mmsh", "rtsp", "rtspt", "rtspu", "rtsps", "msbd", "msbdu"}

// ParseSource reads the value of a src: a file as Windows or as others write it,
// file://, a folder with a pattern, a URL, push:NAME, point:NAME, ffmpeg:INPUT
// or %RequestedURL%.
func ParseSource(src string) Source {
	src = strings.Trim(src, spaces)
	if strings.EqualFold(src, "%RequestedURL%") || strings.EqualFold(src, "%url%") {
		return Source{Kind: FromRequest}
	}
	scheme, rest, found := strings.Cut(src, ":")
	if !found || len(scheme) < 2 || strings.ContainsAny(scheme, `/\ *`) { // C:\films
		return parseFile(src)
	}
	_, isURL := strings.CutPrefix(rest, "//")
	switch scheme = strings.ToLower(scheme); {
	case scheme == "file":
		return parseFile(cutFile(rest))
	case scheme == "httpd" && isURL:
		return Source{Kind: FromWeb, Where: "http:" + rest}
	case scheme == "push" || scheme == "lpush":
		return Source{Kind: FromPush, Where: rest}
	case scheme == "point":
		return Source{Kind: FromPoint, Where: strings.Trim(rest, "/")}
	case scheme == "ffmpeg":
		return Source{Kind: FromFFmpeg, Where: rest}
	}
	for _, s := range schemes {
		if s == scheme && isURL {
			return Source{Kind: FromURL, Where: scheme + ":" + rest}
		}
	}
	return Source{Kind: FromUnknown, Where: src}
}

// cutFile takes the slashes of file:// away: file://c:\a, file:///c:/a,
// file:///srv/a, file:a.
func cutFile(s string) string {
	s, found := strings.CutPrefix(s, "//")
	if found && len(s) > 2 && s[0] == '/' && s[2] == ':' {
		return s[1:]
	}
	return s
}

// parseFile splits "folder\*.wmv" and "folder/".
func parseFile(s string) Source {
	cut := strings.LastIndexAny(s, `/\`)
	folder, last := s[:cut+1], s[cut+1:]
	switch {
	case last == "*.*":
		return Source{FromFolder, folder, "*"}
	case strings.Contains(last, "*") || strings.Contains(last, "?"):
		return Source{FromFolder, folder, last}
	case cut >= 0 && last == "":
		return Source{FromFolder, folder, "*"}
	}
	return Source{Kind: FromFile, Where: s}
}

// Source reads the element's src.
func (n *Node) Source() Source {
	src, _ := n.Attribute("src")
	return ParseSource(src)
}

// spelledAs says whether an element was written with a name, in whatever letters.
func (n *Node) spelledAs(name string) bool { return strings.EqualFold(n.spelled, name) }
