package cdl

import "bytes"

// Parse parses all of b. The last description may go without its CRLF and
// end in zero bytes. Errors are *ParseError.
func Parse(b []byte) (List, error) {
	if len(b) > MaxBytes {
		return nil, &ParseError{"content description list", 0, ErrLimit}
	}
	var list List
	for at := 0; ; {
		at += blank(b[at:])
		if at == len(b) {
			return list, nil
		}
		if len(list) == MaxDescriptions {
			return nil, &ParseError{"content description list", at, ErrLimit}
		}
		d, n, err := parseDescription(b[at:])
		if err != nil {
			return nil, &ParseError{"content description", at + n, err}
		}
		at += n
		list = append(list, d)
	}
}

// blank counts the line ends and zero bytes at the beginning of b.
func blank(b []byte) int { return len(b) - len(bytes.TrimLeft(b, "\r\n\x00")) }

// parseDescription returns how far it came. It ends before CR, LF or NUL.
func parseDescription(b []byte) (Description, int, error) {
	var d Description
	p := parser{b: b}
	for {
		if len(d) == MaxItems {
			return nil, p.at, ErrLimit
		}
		item, err := p.item()
		if err != nil {
			return nil, p.at, err
		}
		d = append(d, item)
		if p.at == len(b) || blank(b[p.at:p.at+1]) == 1 {
			return d, p.at, nil
		}
		if b[p.at] != ',' {
			return nil, p.at, ErrInvalid
		}
		p.at++
	}
}

type parser struct {
	b  []byte
	at int
}

func (p *parser) item() (Item, error) {
	var item Item
	n, err := p.number(MaxBytes)
	if err != nil {
		return item, err
	}
	// The syntax of [MS-WMSP] 2.2.4 gives "language", of 8 letters, the length
	// 7; its servers write 8.
	if n == len(ItemLanguage)-1 && bytes.HasPrefix(p.b[p.at:], []byte(ItemLanguage+",")) {
		n++
	}
	if item.Name, err = p.text(n); err != nil {
		return item, err
	}
	if p.at == len(p.b) {
		return item, ErrNeedMore
	}
	if p.b[p.at] != ',' {
		return item, ErrInvalid
	}
	p.at++
	kind, err := p.number(999)
	if err != nil {
		return item, err
	}
	item.Type = ValueType(kind)
	if n, err = p.number(MaxBytes); err != nil {
		return item, err
	}
	item.Value, err = p.text(n)
	return item, err
}

// number reads digits and the comma after them.
func (p *parser) number(most int) (int, error) {
	n := 0
	for start := p.at; p.at < len(p.b); p.at++ {
		c := p.b[p.at]
		if c == ',' && p.at > start {
			p.at++
			return n, nil
		}
		if c < '0' || c > '9' {
			return 0, ErrInvalid
		}
		if n = n*10 + int(c-'0'); n > most {
			return 0, ErrLimit
		}
	}
	return 0, ErrNeedMore
}

func (p *parser) text(n int) (string, error) {
	if len(p.b)-p.at < n {
		return "", ErrNeedMore
	}
	p.at += n
	return string(p.b[p.at-n : p.at]), nil
}
