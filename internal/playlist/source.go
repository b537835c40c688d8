package playlist

import (
	"net/url"

	"caracal/internal/playlist/wsx"
)

// shown is a source for people: without a password.
func shown(s wsx.Source) string {
	switch s.Kind {
	case wsx.FromURL, wsx.FromWeb:
		u, err := url.Parse(s.Where)
		if err != nil {
			return "a URL that cannot be read"
		}
		return u.Redacted()
	case wsx.FromFolder:
		return s.Where + s.Pattern
	case wsx.FromPoint:
		return "point:" + s.Where
	case wsx.FromPush:
		return "push:" + s.Where
	case wsx.FromFFmpeg:
		return "ffmpeg:" + s.Where
	case wsx.FromRequest:
		return "%RequestedURL%"
	}
	return s.Where
}
