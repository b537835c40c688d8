package markup

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// spaces are those of XML.
const spaces = " \t\r\n"

// Options say what a dialect leaves out.
type Options struct {
	// Closes says that the element next cannot be in open, so that open ends
	// where next begins. Both are in lower case. nil is never.
	Closes func(open, next string) bool
}

// Parse reads the text of a file: elements, texts, comments and instructions
// that stand in none. The error is an Error, and about maxima only; the faults
// are what is no XML.
func Parse(s string, o Options) ([]*Node, []Fault, error) {
	p := parser{s: s, options: o, line: 1, column: 1, open: []*Node{{}}}
	for p.i < len(p.s) && p.err == nil {
		p.step()
	}
	p.flush()
	for _, n := range p.open[1:] {
		p.faultAt(n.Pos, fmt.Sprintf("<%s> is not closed", n.Name), fmt.Sprintf("</%s> behind what belongs to it", n.Name))
	}
	if p.err != nil {
		return nil, nil, p.err
	}
	return p.open[0].Children, p.faults, nil
}

type parser struct {
	s            string
	i            int
	mark         int // where line and column are those of
	line, column int
	options      Options
	open         []*Node // the first one is the file
	text         strings.Builder
	textPos      Pos
	nodes        int
	endless      bool // no instruction from here on has an end
	faults       []Fault
	err          error
}

// pos is the place of p.i, which never goes back.
func (p *parser) pos() Pos {
	for s := p.s[p.mark:p.i]; s != ""; {
		before, after, found := strings.Cut(s, "\n")
		if !found {
			p.column += utf8.RuneCountInString(before)
			break
		}
		p.line, p.column, s = p.line+1, 1, after
	}
	p.mark = p.i
	return Pos{p.line, p.column}
}

func (p *parser) faultAt(at Pos, reason, instead string) {
	if len(p.faults) < MaxFaults {
		p.faults = append(p.faults, Fault{at, NotXML, false, reason, instead})
	}
}

func (p *parser) fail(at Pos, what string) {
	if p.err == nil {
		p.err = &Error{at, what, ErrLimit}
	}
}

func (p *parser) rest() string { return p.s[p.i:] }

// step reads what comes next.
func (p *parser) step() {
	rest := p.rest()
	switch {
	case rest[0] != '<':
		p.characters()
	case strings.HasPrefix(rest, "<!--"):
		p.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		p.cdata()
	case strings.HasPrefix(rest, "<!"):
		p.declaration()
	case len(rest) > 2 && rest[1] == '?' && isNameStart(rest[2]):
		p.instruction()
	case len(rest) > 2 && rest[1] == '/' && isNameStart(rest[2]):
		p.endTag()
	case len(rest) > 1 && isNameStart(rest[1]):
		p.startTag()
	default:
		at := p.pos()
		p.faultAt(at, "a < that begins no element", "&lt;")
		p.addText(at, "<")
		p.i++
	}
}

// characters reads text up to the next "<".
func (p *parser) characters() {
	at := p.pos()
	n := strings.IndexByte(p.rest(), '<')
	if n < 0 {
		n = len(p.rest())
	}
	text, ok := unescape(p.s[p.i : p.i+n])
	if !ok {
		p.faultAt(at, "there is a & in this text that begins none of &amp; &lt; &gt; &quot; &apos; &#...;", "&amp;")
	}
	p.addText(at, text)
	p.i += n
}

func (p *parser) addText(at Pos, s string) {
	if p.text.Len() == 0 {
		p.textPos = at
	}
	p.text.WriteString(s)
}

// flush makes a node of the text that was read, if there is any.
func (p *parser) flush() {
	text := strings.Trim(p.text.String(), spaces)
	p.text.Reset()
	if text != "" {
		p.add(&Node{Kind: Text, Text: text, Pos: p.textPos})
	}
}

// add puts a node into the element that is open.
func (p *parser) add(n *Node) {
	if p.nodes++; p.nodes > MaxNodes {
		p.fail(n.Pos, fmt.Sprintf("more than %d elements, texts and comments", MaxNodes))
		return
	}
	in := p.open[len(p.open)-1]
	in.Children = append(in.Children, n)
}

// until takes what comes before an end, and the end; all that is left if there
// is none.
func (p *parser) until(skip int, end string) (s string, found bool) {
	s, _, found = strings.Cut(p.s[p.i+skip:], end)
	p.i = min(len(p.s), p.i+skip+len(s)+len(end))
	return s, found
}

func (p *parser) comment() {
	at := p.pos()
	p.flush()
	s, found := p.until(len("<!--"), "-->")
	if !found {
		p.faultAt(at, "this comment does not end", "-->")
	}
	s = strings.Trim(s, spaces)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	p.add(&Node{Kind: Comment, Text: s, Pos: at})
}

func (p *parser) cdata() {
	at := p.pos()
	s, found := p.until(len("<![CDATA["), "]]>")
	if !found {
		p.faultAt(at, "this CDATA section does not end", "]]>")
	}
	p.addText(at, s)
}

// declaration leaves out a <!DOCTYPE> with all that is in it.
func (p *parser) declaration() {
	p.faultAt(p.pos(), "document types and declarations are left out", "nothing in this place")
	for depth := 0; p.i < len(p.s); {
		c := p.s[p.i]
		p.i++
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return
		}
	}
}

func (p *parser) instruction() {
	at := p.pos()
	p.i += len("<?")
	name := p.name()
	p.endless = p.endless || !strings.Contains(p.rest(), "?>")
	end := "?>"
	if p.endless {
		end = ">"
	}
	s, _ := p.until(0, end)
	if p.endless {
		p.faultAt(at, fmt.Sprintf("<?%s does not end", name), "?>")
	}
	if !strings.EqualFold(name, "xml") { // that one is about the file's encoding
		p.flush()
		p.add(&Node{Kind: Instruction, Name: name, Text: strings.Trim(s, spaces), Pos: at})
	}
}
