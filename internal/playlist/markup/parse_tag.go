package markup

import (
	"fmt"
	"strings"
)

// Names are of ASCII here, as all of the dialects are.
func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isName(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':'
}

// name takes a name, of which the first character has been looked at.
func (p *parser) name() string {
	at, from := p.pos(), p.i
	for p.i < len(p.s) && isName(p.s[p.i]) {
		p.i++
	}
	s := p.s[from:p.i]
	if len(s) > MaxName {
		p.fail(at, fmt.Sprintf("a name of more than %d characters", MaxName))
	}
	before, after, found := strings.Cut(s, ":")
	if found && (after == "" || !isNameStart(after[0]) || strings.Contains(after, ":")) {
		p.faultAt(at, "a : out of place in a name", "_")
		s = before + "_" + strings.ReplaceAll(after, ":", "_")
	}
	return s
}

func (p *parser) skipSpaces() {
	for p.i < len(p.s) && strings.IndexByte(spaces, p.s[p.i]) >= 0 {
		p.i++
	}
}

// startTag reads <name attributes> or <name attributes/>.
func (p *parser) startTag() {
	n := &Node{Kind: Element, Pos: p.pos()}
	p.flush()
	p.i++
	n.Name = p.name()
	closed := p.attributes(n)
	for len(p.open) > 1 && p.options.Closes != nil {
		top := p.open[len(p.open)-1]
		if !p.options.Closes(strings.ToLower(top.Name), strings.ToLower(n.Name)) {
			break
		}
		p.faultAt(top.Pos, fmt.Sprintf("<%s> is not closed before <%s>", top.Name, n.Name), fmt.Sprintf("</%s>, or /> at its end", top.Name))
		p.open = p.open[:len(p.open)-1]
	}
	p.add(n)
	if closed {
		return
	}
	if p.open = append(p.open, n); len(p.open) > MaxDepth+1 {
		p.fail(n.Pos, fmt.Sprintf("more than %d elements within each other", MaxDepth))
	}
}

// attributes reads up to the end of a tag, and says whether it closes itself.
func (p *parser) attributes(n *Node) (closed bool) {
	for p.err == nil {
		p.skipSpaces()
		rest := p.rest()
		switch {
		case rest == "" || rest[0] == '<':
			p.faultAt(n.Pos, fmt.Sprintf("the tag <%s does not end", n.Name), ">")
			return false
		case rest[0] == '>':
			p.i++
			return false
		case strings.HasPrefix(rest, "/>"):
			p.i += 2
			return true
		case !isNameStart(rest[0]):
			at := p.pos()
			end := 1
			for end < len(rest) && !isNameStart(rest[end]) && !strings.ContainsRune(spaces+"/<>", rune(rest[end])) {
				end++
			}
			p.i += end
			p.faultAt(at, fmt.Sprintf("something in the tag <%s is no attribute and was left out", n.Name), `name="value"`)
		default:
			p.attribute(n)
		}
	}
	return false
}

// attribute reads name="value", name=value or name.
func (p *parser) attribute(n *Node) {
	a := Attribute{Pos: p.pos()}
	a.Name = p.name()
	p.skipSpaces()
	if !strings.HasPrefix(p.rest(), "=") {
		p.faultAt(a.Pos, fmt.Sprintf("%s has no value", a.Name), a.Name+`="..."`)
	} else {
		p.i++
		p.skipSpaces()
		a.Value = p.value(a)
	}
	for _, b := range n.Attributes {
		if strings.EqualFold(a.Name, b.Name) {
			p.faultAt(a.Pos, fmt.Sprintf("%s is there twice: only the first one counts", a.Name), "one of them")
			return
		}
	}
	if n.Attributes = append(n.Attributes, a); len(n.Attributes) > MaxAttributes {
		p.fail(a.Pos, fmt.Sprintf("more than %d attributes in an element", MaxAttributes))
	}
}

// value reads the value of an attribute, with quotes or without.
func (p *parser) value(a Attribute) string {
	rest := p.rest()
	var s string
	switch {
	case rest != "" && (rest[0] == '"' || rest[0] == '\''):
		s = p.quoted(a, rest[1:], rest[:1])
	default:
		end := strings.IndexAny(rest, spaces+">")
		if end < 0 {
			end = len(rest)
		}
		if end > 0 && strings.HasPrefix(rest[end:], ">") && rest[end-1] == '/' {
			end--
		}
		s = rest[:end]
		p.i += end
		p.faultAt(a.Pos, fmt.Sprintf("the value of %s is not in quotes", a.Name), `quotes around it`)
	}
	text, ok := unescape(strings.Map(oneSpace, s))
	if !ok {
		p.faultAt(a.Pos, fmt.Sprintf("there is a & in the value of %s that begins none of &amp; &lt; &gt; &quot; &apos; &#...;", a.Name), "&amp;")
	}
	return text
}

// oneSpace makes spaces of the ends of lines, as XML does in values.
func oneSpace(r rune) rune {
	if r == '\n' || r == '\t' || r == '\r' {
		return ' '
	}
	return r
}

// quoted takes a value up to its second quote. If that is missing the value
// ends with the tag: a < behind a > is taken for the sign of it.
func (p *parser) quoted(a Attribute, rest, quote string) string {
	s, _, found := strings.Cut(rest, quote)
	end, next := strings.IndexByte(s, '>'), strings.IndexByte(s, '<')
	if found && (next < 0 || end < 0 || next < end) {
		p.i += len(s) + 2
		if next >= 0 {
			p.faultAt(a.Pos, fmt.Sprintf("there is a < in the value of %s", a.Name), "&lt;")
		}
		return s
	}
	p.faultAt(a.Pos, fmt.Sprintf("the value of %s has no second quote", a.Name), quote)
	if end >= 0 {
		s = s[:end]
	}
	s = strings.TrimSuffix(s, "/")
	p.i += 1 + len(s)
	return strings.TrimRight(s, spaces)
}

// endTag closes the element of its name, and those within it that are open.
func (p *parser) endTag() {
	at := p.pos()
	p.i += len("</")
	name := p.name()
	if s, found := p.until(0, ">"); !found || strings.Trim(s, spaces) != "" {
		p.faultAt(at, fmt.Sprintf("the tag </%s does not end with its name", name), fmt.Sprintf("</%s>", name))
	}
	for i := len(p.open) - 1; i > 0; i-- {
		n := p.open[i]
		if !strings.EqualFold(n.Name, name) {
			continue
		}
		p.flush()
		for _, within := range p.open[i+1:] {
			p.faultAt(within.Pos, fmt.Sprintf("<%s> is not closed before </%s>", within.Name, name), fmt.Sprintf("</%s>, or /> at its end", within.Name))
		}
		if n.Name != name {
			p.faultAt(at, fmt.Sprintf("</%s> closes <%s>: XML wants the same letters", name, n.Name), fmt.Sprintf("</%s>", n.Name))
		}
		p.open = p.open[:i]
		return
	}
	p.faultAt(at, fmt.Sprintf("</%s> closes nothing", name), "nothing in this place")
}
