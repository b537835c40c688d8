package rtsp

import "strings"

// MaxEntityTags is the most tags of one header, [MS-RTSP] 2.2.6.5.
const MaxEntityTags = 32

// EntityTags is the value of If-Match or If-None-Match, [MS-RTSP] 2.2.6.5 and
// 2.2.6.6.
type EntityTags struct {
	Any  bool     // "*"
	Tags []string // with their quotes, and with "W/" if they are weak
}

// ParseEntityTags fails with a *ParseError when a server has to answer 412 to
// If-Match, 400 to If-None-Match, [MS-RTSP] 3.2.5.1.
func ParseEntityTags(s string) (EntityTags, error) {
	s = strings.TrimSpace(s)
	if s == "*" {
		return EntityTags{Any: true}, nil
	}
	var e EntityTags
	for rest := s; ; {
		rest = strings.TrimLeft(rest, ", \t")
		if rest == "" {
			break
		}
		weak := len(rest) - len(strings.TrimPrefix(rest, "W/"))
		end := -1
		if strings.HasPrefix(rest[weak:], `"`) {
			end = strings.IndexByte(rest[weak+1:], '"')
		}
		if end < 0 {
			return EntityTags{}, &ParseError{"entity-tag", len(s) - len(rest), ErrInvalid}
		}
		if len(e.Tags) == MaxEntityTags {
			return EntityTags{}, &ParseError{"entity-tag", len(s) - len(rest), ErrLimit}
		}
		end += weak + 2
		e.Tags = append(e.Tags, rest[:end])
		rest = strings.TrimLeft(rest[end:], " \t")
		if rest != "" && rest[0] != ',' {
			return EntityTags{}, &ParseError{"entity-tag", len(s) - len(rest), ErrInvalid}
		}
	}
	if len(e.Tags) == 0 {
		return EntityTags{}, &ParseError{"entity-tag", 0, ErrInvalid}
	}
	return e, nil
}

// Match says that tag, with its quotes, is among them.
func (e EntityTags) Match(tag string) bool {
	for _, t := range e.Tags {
		if strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return e.Any
}

func (e EntityTags) String() string {
	if e.Any {
		return "*"
	}
	return strings.Join(e.Tags, ", ")
}
