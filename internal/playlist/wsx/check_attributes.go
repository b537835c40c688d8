package wsx

import (
	"slices"
	"strings"
)

// values are those of attributes that have only a few.
var values = map[string][]string{
	"noSkip": {"true", "false"}, "noRecede": {"true", "false"}, "shuffle": {"true", "false"},
	"peers": {"stop", "pause", "defer", "never"}, "higher": {"pause", "stop"}, "lower": {"defer", "never"},
}

// attributes checks those that an element has, except its times and its src.
func (c *checker) attributes(n *Node) {
	e, _ := find(n.Name)
	for _, a := range n.Attributes {
		if _, known := e.spell(a.Name); !known {
			c.foreign(n, a)
			continue
		}
		switch allowed := values[a.Name]; {
		case allowed != nil:
			if !slices.Contains(allowed, a.Value) && !isTruth(allowed, a.Value) {
				c.fail(a.Pos, BadValue, strings.Join(allowed, " or "), "%s=%q: there is no such value", a.Name, a.Value)
			}
		case a.Name == "endSync":
			c.endSync(n, a)
		case a.Name == "syncEvent":
			if !eventName.MatchString(a.Value) || isEdge(a.Value) {
				c.fail(a.Pos, BadValue, "a name; in the wrapper, NAME.begin or NAME.end refers to it", "%q is no name of an event", a.Value)
			}
		case strings.HasSuffix(a.Name, "URL"):
			if s := strings.ToLower(a.Value); !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
				c.warn(a.Pos, BadValue, "http://host/...", "%s=%q: players fetch this over HTTP only", a.Name, a.Value)
			}
		}
	}
	if n.Kind == PriorityClass {
		c.pictures(n)
	}
}

// isTruth takes a truth in any letters: [MS-RTSP] 4.4.5 writes noSkip="TRUE".
func isTruth(allowed []string, v string) bool {
	return allowed[0] == "true" && slices.Contains(allowed, strings.ToLower(v))
}

// foreign tells of an attribute that the element has not. A clientData may have
// any: players get it as it is.
func (c *checker) foreign(n *Node, a Attribute) {
	if n.Kind == ClientData || strings.Contains(a.Name, ":") || strings.EqualFold(a.Name, "xmlns") {
		return
	}
	var owners []string
	for _, e := range elements {
		if name, ok := e.spell(a.Name); ok && !slices.Contains(owners, e.kind.name()) && name != "" {
			owners = append(owners, e.kind.name())
		}
	}
	if len(owners) > 0 {
		c.warn(a.Pos, UnknownAttribute, a.Name+" at "+strings.Join(owners, ", "), "%s means nothing at <%s>", a.Name, n.Name)
		return
	}
	c.warn(a.Pos, UnknownAttribute, "nothing in this place", "%s is no attribute of a server-side playlist: it means nothing", a.Name)
}

// endSync checks that it is one of its words or the id of a child.
func (c *checker) endSync(n *Node, a Attribute) {
	if slices.Contains([]string{"first", "last", "all"}, a.Value) {
		return
	}
	child := c.ids[unescapeID(strings.Trim(a.Value, spaces))]
	for _, in := range n.Children {
		if child != nil && (in == child || in.Kind == PriorityClass && slices.Contains(in.Children, child)) {
			return
		}
	}
	c.fail(a.Pos, BadReference, "first, last, all, or the id of an element in it", "endSync=%q: nothing in this <excl> has that id", a.Value)
}

// pictures cannot be paused, so that a class with one cannot say so.
func (c *checker) pictures(n *Node) {
	picture := slices.IndexFunc(n.Children, func(m *Node) bool {
		src, _ := m.Attribute("src")
		return m.Kind == Media && isPicture(src)
	})
	for _, name := range []string{"peers", "higher"} {
		if a, ok := n.find(name); ok && picture >= 0 && a.Value == "pause" {
			c.fail(a.Pos, BadValue, name+`="stop"`, "%s=\"pause\": the picture in line %d cannot be paused", name, n.Children[picture].Pos.Line)
		}
	}
}

// leadsNowhere says that nothing stands behind a scheme.
func leadsNowhere(where string) bool {
	_, rest, found := strings.Cut(where, "://")
	if !found {
		rest = where
	}
	return strings.Trim(rest, `/\`) == ""
}

func isPicture(src string) bool {
	return slices.Contains([]string{".jpg", ".jpeg", ".png", ".gif"}, ending(src))
}

// isOtherPicture says that a src is a picture of a kind that is not streamed.
func isOtherPicture(src string) bool {
	return slices.Contains([]string{".bmp", ".tif", ".tiff", ".webp", ".svg", ".ico", ".heic", ".avif"}, ending(src))
}

func ending(src string) string {
	src = strings.ToLower(src)
	return src[max(strings.LastIndexByte(src, '.'), 0):]
}

// source checks where a media element takes its content from.
func (c *checker) source(n *Node) {
	a, ok := n.find("src")
	if !ok || strings.Trim(a.Value, spaces) == "" {
		c.fail(n.Pos, NoSource, `src="film.wmv"`, "<%s> has no src: there is nothing to play", n.Name)
		return
	}
	if len(a.Value) > MaxSource {
		c.fail(a.Pos, BadSource, "a shorter one", "src is longer than %d bytes", MaxSource)
		return
	}
	switch s := ParseSource(a.Value); {
	case s.Kind == FromUnknown:
		c.fail(a.Pos, BadSource, "a file, a folder with * behind it, http://, rtsp://, mms://, push:NAME, point:NAME, ffmpeg:INPUT or %RequestedURL%",
			"src=%q: nothing here can open that", a.Value)
	case s.Kind == FromFile && strings.HasSuffix(strings.ToLower(s.Where), ".asx"):
		c.warn(a.Pos, BadSource, "what it refers to, or \"caracal playlist convert\"", "src=%q is a playlist for players", a.Value)
	case s.Kind != FromRequest && s.Kind != FromFolder && leadsNowhere(s.Where):
		c.fail(a.Pos, BadSource, "something behind it", "src=%q: this leads nowhere", a.Value)
	case s.Kind == FromFolder && strings.ContainsAny(s.Where, "*?"):
		c.fail(a.Pos, BadSource, `folder\*.wmv`, "src=%q: a * can stand behind the last slash only", a.Value)
	case s.Kind != FromFolder && n.Is("shuffle"):
		shuffle, _ := n.find("shuffle")
		c.warn(shuffle.Pos, Ignored, `src="folder/*"`, "shuffle is for folders")
	case isOtherPicture(a.Value):
		c.fail(a.Pos, BadSource, "it as .jpg", "src=%q: pictures of this kind are not streamed: it is passed over", a.Value)
	case n.spelledAs("img") && s.Kind == FromFile && !isPicture(a.Value):
		c.warn(n.Pos, BadSource, "<media>", "<img> is for pictures, .jpg above all")
	case isPicture(a.Value):
		if _, ok := n.Attribute("dur"); !ok {
			c.warn(n.Pos, BadTime, `dur="10s"`, "a picture has no length of its own")
		}
	}
}
