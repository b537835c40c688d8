package gcc

import "caracal/internal/per"

// Address is one way to reach a node: a transport address, or a manufacturer's own. Of
// telephone numbers only the number is kept.
type Address struct {
	Transport []byte // NSAP, 1 to 20 octets
	Selector  []byte // of the transport; nil: none
	Other     *NonStandard
	Number    *Number
}

// Number is a telephone number with what goes over it.
type Number struct {
	Modes         [18]bool // in the order of T.124's transferModes
	International string   // digits
	Sub           string   // digits; "": none
	Extra         string   // digits, "#", "*" and ","; "": none
	High          *[7]bool // in the order of highLayerCompatibility
}

func addresses(c *per.Coder, has bool, v *[]Address) {
	if has {
		per.List(c, v, 1, 64, func(a *Address) { a.code(c) })
	}
}

func (a *Address) code(c *per.Coder) {
	at := 1
	switch {
	case a.Number != nil:
		at = 0
	case a.Other != nil:
		at = 2
	}
	c.Choice(&at, 3, true, func() {
		switch at {
		case 0:
			per.Maybe(c, true, &a.Number, func(n *Number) { n.code(c) })
		case 1:
			has := a.Selector != nil
			c.Optional(&has)
			c.Octets(&a.Transport, 1, 20)
			if has {
				c.Octets(&a.Selector, 0, -1)
			}
		case 2:
			per.Maybe(c, true, &a.Other, func(n *NonStandard) { n.code(c) })
		default:
			c.Skip()
		}
	})
}

func (n *Number) code(c *per.Coder) {
	sub, extra, high := n.Sub != "", n.Extra != "", n.High != nil
	extended := c.Extensible()
	c.Optional(&sub, &extra, &high)
	bools(c, n.Modes[:])
	c.Digits(&n.International, 1, 16)
	if sub {
		c.Digits(&n.Sub, 1, 40)
	}
	if extra {
		c.From(&n.Extra, "#*,0123456789", 1, 255)
	}
	per.Maybe(c, high, &n.High, func(h *[7]bool) { bools(c, h[:]) })
	c.Additions(extended)
}

// bools is a SEQUENCE of flags with an extension marker.
func bools(c *per.Coder, list []bool) {
	extended := c.Extensible()
	for i := range list {
		c.Bool(&list[i])
	}
	c.Additions(extended)
}
