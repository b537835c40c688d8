package per

// Bool is BOOLEAN.
func (c *Coder) Bool(v *bool) {
	if n := c.bits(flag(*v), 1); c.err == nil {
		*v = n == 1
	}
}

// Optional are the bits that say which OPTIONAL and DEFAULT fields of a SEQUENCE follow,
// all of them before its first field.
func (c *Coder) Optional(has ...*bool) {
	for _, h := range has {
		c.Bool(h)
	}
}

// Enum is ENUMERATED of n values, which count from 0 on; with an extension marker,
// values from n on are additions.
func Enum[T Number](c *Coder, v *T, n int, extensible bool) {
	at := int(*v)
	c.index(&at, n, extensible)
	if c.err == nil && !c.writing {
		if *v = T(at); int(*v) != at {
			c.fail(ErrInvalid)
		}
	}
}

// index is a place among n, and whether it is one behind them.
func (c *Coder) index(at *int, n int, extensible bool) (added bool) {
	if *at < 0 && c.writing {
		c.fail(ErrInvalid)
	}
	added = *at >= n
	if extensible {
		c.Bool(&added)
	}
	if added && extensible {
		*at = n + c.small(*at-n)
	} else {
		Int(c, at, 0, int64(n-1))
	}
	return added && extensible
}

// Choice is CHOICE of n alternatives, and of those that were added. chosen describes the
// alternative at; for one that it does not know it calls Skip.
func (c *Coder) Choice(at *int, n int, extensible bool, chosen func()) {
	added := c.index(at, n, extensible)
	switch {
	case c.err != nil:
	case added:
		c.Open(chosen)
	default:
		chosen()
	}
}

// Skip stands for an alternative that is not known. It can be passed over only inside of
// Open, that is, if it was added.
func (c *Coder) Skip() {
	if c.writing || c.depth == 0 {
		c.fail(ErrInvalid)
		return
	}
	c.Unknown++
	c.at = 8 * len(c.b)
}

// Open is an open type: its length, and a whole encoding of its own, X.691 10.2.
func (c *Coder) Open(part func()) {
	if c.writing {
		c.openWrite(part)
		return
	}
	var body []byte
	c.pieces(&body, 1)
	if c.err != nil {
		return
	}
	whole, at := c.b, c.at
	c.b, c.at = body, 0
	c.Nest(part)
	c.b, c.at = whole, at
}

func (c *Coder) openWrite(part func()) {
	whole, at := c.b, c.at
	c.b, c.at = nil, 0
	c.Nest(part)
	body := c.b
	if c.b, c.at = whole, at; len(body) == 0 {
		body = []byte{0}
	}
	c.pieces(&body, 1)
}

// Addition is one field behind a SEQUENCE's extension marker.
type Addition struct {
	Has  *bool
	Code func()
}

// Extensible is the bit with which a SEQUENCE begins that has an extension marker, if
// one of its additions follows.
func (c *Coder) Extensible(list ...Addition) (extended bool) {
	for _, a := range list {
		extended = extended || *a.Has
	}
	c.Bool(&extended)
	return extended
}

// Additions are what stands behind all other fields, if Extensible said so. Those that
// the list does not have are passed over, X.691 18.7 and 18.8.
func (c *Coder) Additions(extended bool, list ...Addition) {
	if !extended {
		return
	}
	n := 1 + c.small(len(list)-1)
	if c.err == nil && n > maxAdditions {
		c.fail(ErrTooMuch)
	}
	var there [maxAdditions]bool
	for i := 0; i < n && c.err == nil; i++ {
		if c.writing {
			there[i] = *list[i].Has
		}
		c.Bool(&there[i])
	}
	for i := 0; i < n && c.err == nil; i++ {
		switch {
		case !there[i]:
		case i < len(list):
			*list[i].Has = true
			c.Open(list[i].Code)
		default:
			c.Open(c.Skip)
		}
	}
}

// maxAdditions is how many fields may stand behind an extension marker.
const maxAdditions = 128

// List is SEQUENCE (SIZE (lo..hi)) OF, or SET OF; hi below 0: no upper bound.
func List[T any](c *Coder, v *[]T, lo, hi int, element func(*T)) {
	n := c.size(len(*v), lo, hi)
	if c.elements -= n; c.elements < 0 {
		c.fail(ErrTooMuch)
	}
	if c.err != nil {
		return
	}
	if !c.writing {
		*v = nil
	}
	for i := 0; i < n && c.err == nil; i++ {
		if !c.writing {
			*v = append(*v, *new(T))
		}
		element(&(*v)[i])
	}
}

// Maybe is an OPTIONAL field that a pointer keeps; has is its bit.
func Maybe[T any](c *Coder, has bool, v **T, field func(*T)) {
	if !has || c.err != nil {
		return
	}
	if *v == nil {
		*v = new(T)
	}
	field(*v)
}
