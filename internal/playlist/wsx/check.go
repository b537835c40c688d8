package wsx

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"caracal/internal/playlist/markup"
)

// Check says what is wrong with a playlist: errors are what Windows Media
// Services would refuse or what cannot be done as it is written, warnings what
// has no effect or is likely a mistake. They are in the order of the file.
func (d *Document) Check() []markup.Fault {
	c := checker{ids: map[string]*Node{}, faults: slices.Clone(d.faults)}
	if !d.declared {
		c.fail(markup.Pos{Line: 1, Column: 1}, NoVersion, `<?wsx version="1.0"?> as the first line`, "the file does not say that it is a playlist")
	}
	c.collect(d.Root)
	c.element(d.Root, nil)
	if c.media == 0 {
		c.fail(d.Root.Pos, Empty, `<media src="..."/>`, "nothing in this playlist can be played")
	}
	slices.SortStableFunc(c.faults, func(a, b markup.Fault) int {
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Column - b.Pos.Column
	})
	return c.faults
}

type checker struct {
	ids    map[string]*Node
	media  int
	faults []markup.Fault
}

func (c *checker) fail(at markup.Pos, code, instead, format string, args ...any) {
	c.add(markup.Fault{Pos: at, Code: code, Reason: fmt.Sprintf(format, args...), Instead: instead})
}

func (c *checker) warn(at markup.Pos, code, instead, format string, args ...any) {
	c.add(markup.Fault{Pos: at, Code: code, Warning: true, Reason: fmt.Sprintf(format, args...), Instead: instead})
}

// maxFaults is how many are told.
const maxFaults = 1000

func (c *checker) add(f markup.Fault) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, f)
	}
}

var validID = regexp.MustCompile(`^\pL[\pL\pN_.-]*$`)

// collect gathers the ids before anything refers to them.
func (c *checker) collect(n *Node) {
	if a, ok := n.find("id"); ok {
		id := n.ID()
		switch {
		case !validID.MatchString(id):
			c.fail(a.Pos, BadID, `id="clip1"`, "the id %q is not a letter with letters, digits, - _ and . behind it", a.Value)
		case c.ids[id] != nil:
			c.fail(a.Pos, BadID, "another id", "the id %q is that of the element in line %d too", id, c.ids[id].Pos.Line)
		default:
			c.ids[id] = n
		}
	}
	for _, child := range n.Children {
		c.collect(child)
	}
}

func (n *Node) find(name string) (Attribute, bool) {
	i := slices.IndexFunc(n.Attributes, func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return n.Attributes[i], true
}

// element checks one, and what is in it.
func (c *checker) element(n, parent *Node) {
	switch n.Kind {
	case Text:
		c.warn(n.Pos, Ignored, "it as a comment: <!-- ... -->", "text between the elements means nothing")
		return
	case Comment, Instruction:
		return
	case Other:
		c.unknown(n)
		return // what is in it is not played either
	}
	c.spelling(n)
	c.nesting(n, parent)
	c.attributes(n)
	if n.Kind == Media {
		c.media++
		c.source(n)
		c.clips(n)
	}
	c.times(n, parent)
	for _, child := range n.Children {
		c.element(child, n)
	}
}

// instead of elements of SMIL and of .wpl that are not of the dialect.
var instead = map[string]string{
	"par":  "<seq> or <excl>: only one thing plays at a time",
	"body": "its elements without it, or <seq>",
	"head": "<clientData title=\"...\"/>",
	"meta": "<clientData title=\"...\"/>", "title": "<clientData title=\"...\"/>",
	"animation": "<media>", "text": "<media>", "textstream": "<media>",
	"entry": "<media>, or \"caracal playlist convert\"", "asx": "<smil>, or \"caracal playlist convert\"",
}

func (c *checker) unknown(n *Node) {
	write := instead[strings.ToLower(n.Name)]
	if write == "" {
		write = "smil, seq, excl, priorityClass, switch, media or clientData"
	}
	c.fail(n.Pos, UnknownElement, write, "<%s> is no element of a server-side playlist: it is not played, nor is what is in it", n.Name)
}

func (c *checker) spelling(n *Node) {
	if n.spelled != n.Name {
		c.fail(n.Pos, Spelling, "<"+n.Name+">", "<%s> is not spelled as Windows Media Services want it", n.spelled)
	}
	for _, a := range n.Attributes {
		if a.spelled != a.Name {
			c.fail(a.Pos, Spelling, a.Name, "%s is not spelled as Windows Media Services want it", a.spelled)
		}
	}
}

// nesting checks what an element is in, and what has to be in it.
func (c *checker) nesting(n, parent *Node) {
	e, _ := find(n.Name)
	switch {
	case parent == nil:
	case n.Kind == Smil:
		c.fail(n.Pos, Nesting, "<seq>", "there can be only one <smil>, around all")
	case !slices.Contains(e.within, parent.Kind):
		c.fail(n.Pos, Nesting, "it in <"+e.within[0].name()+">", "<%s> cannot be in <%s>", n.Name, parent.Name)
	}
	if n.Kind == Excl && slices.ContainsFunc(n.Children, func(child *Node) bool { return child.Kind == PriorityClass }) {
		for _, child := range n.Children {
			if plays(child) && child.Kind != PriorityClass {
				c.fail(child.Pos, Nesting, "a <priorityClass> around it", "beside a <priorityClass>, all in an <excl> have to be in one")
			}
		}
	}
	if n.Kind != Media && n.Kind != ClientData && n.Kind != Smil && !slices.ContainsFunc(n.Children, plays) {
		c.warn(n.Pos, Empty, `<media src="..."/> in it`, "there is nothing to play in this <%s>", n.Name)
	}
}

// plays says whether a child is or may hold something to play.
func plays(n *Node) bool { return n.Kind >= Seq && n.Kind <= Media }
