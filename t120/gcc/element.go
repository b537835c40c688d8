package gcc

import "caracal/internal/per"

// Key names a protocol or what somebody has added to one: Object is the content of an
// OBJECT IDENTIFIER, or NonStandard a manufacturer's identifier of 4 to 255 octets
// (H.221). Keys can be compared.
type Key struct{ Object, NonStandard string }

func (k *Key) code(c *per.Coder) {
	at := 0
	if k.NonStandard != "" {
		at = 1
	}
	c.Choice(&at, 2, false, func() {
		if at == 0 {
			octetString(c, &k.Object, 1, -1)
		} else {
			octetString(c, &k.NonStandard, 4, 255)
		}
	})
}

// octetString is an OCTET STRING that is kept as a string.
func octetString(c *per.Coder, v *string, lo, hi int) {
	b := []byte(*v)
	if c.Octets(&b, lo, hi); c.Err() == nil {
		*v = string(b)
	}
}

// NonStandard is what a manufacturer has added.
type NonStandard struct {
	Key  Key
	Data []byte
}

func (n *NonStandard) code(c *per.Coder) {
	n.Key.code(c)
	c.Octets(&n.Data, 0, -1)
}

// UserData is one element of what applications say among themselves.
type UserData struct {
	Key   Key
	Value []byte // nil: none
}

func (u *UserData) code(c *per.Coder) {
	has := u.Value != nil
	c.Optional(&has)
	u.Key.code(c)
	if has {
		c.Octets(&u.Value, 0, -1)
	}
}

// userData is OPTIONAL.
func userData(c *per.Coder, has bool, v *[]UserData) {
	if has {
		per.List(c, v, 0, -1, func(u *UserData) { u.code(c) })
	}
}

// textLimit is how many UTF-16 units a text has at most.
const textLimit = 255

func text(c *per.Coder, v *string) { c.BMP(v, 0, textLimit) }

// maybeText is an OPTIONAL text; the empty one is not sent.
func maybeText(c *per.Coder, has bool, v *string) {
	if has {
		text(c, v)
	}
}

func digits(c *per.Coder, v *string) { c.Digits(v, 1, 255) }

func userID(c *per.Coder, v *uint16) { per.Int(c, v, minDynamic, maxID) }

func maybeUser(c *per.Coder, has bool, v *uint16) {
	if has {
		userID(c, v)
	}
}

// users is SET (SIZE (1..65536)) OF UserID, if it is there.
func users(c *per.Coder, has bool, v *[]uint16) {
	if has {
		per.List(c, v, 1, 1<<16, func(id *uint16) { userID(c, id) })
	}
}

// The ids that T.125 gives out.
const (
	minDynamic = 1001
	maxID      = 65535
	minToken   = 16384 // of those that the registry assigns
)

// Name is the name of a conference, or a password: digits, and perhaps a text.
type Name struct {
	Numeric string
	Text    string // of the first 256 characters of Unicode; "": none
	Unicode string // "": none
}

func (n *Name) code(c *per.Coder) {
	has, added := n.Text != "", n.Unicode != ""
	more := per.Addition{Has: &added, Code: func() { text(c, &n.Unicode) }}
	extended := c.Extensible(more)
	c.Optional(&has)
	digits(c, &n.Numeric)
	maybeText(c, has, &n.Text)
	c.Additions(extended, more)
}

// Selector chooses a conference by one of its names, or is one password: the first that
// is not empty.
type Selector struct{ Numeric, Text, Unicode string }

func (s *Selector) code(c *per.Coder) {
	at := 1
	switch {
	case s.Numeric != "":
		at = 0
	case s.Text == "" && s.Unicode != "":
		at = 2
	}
	c.Choice(&at, 2, true, func() {
		switch at {
		case 0:
			digits(c, &s.Numeric)
		case 1:
			text(c, &s.Text)
		case 2:
			text(c, &s.Unicode)
		default:
			c.Skip()
		}
	})
}

// String is the name or password that was chosen.
func (s Selector) String() string {
	switch {
	case s.Numeric != "":
		return s.Numeric
	case s.Text != "":
		return s.Text
	}
	return s.Unicode
}

// Privilege is what somebody may do to a conference.
type Privilege uint8

// The privileges.
const (
	MayTerminate Privilege = iota
	MayEject
	MayAdd
	MayLock
	MayTransfer

	privilegeKinds
)

// Rules are what a conference is like, as all that tell of one say it. Nil privileges
// are not sent.
type Rules struct {
	Locked, Listed, Conductible        bool
	Manual                             bool // it does not end by itself when the last has left
	Conductor, Conducted, NotConducted []Privilege
	Description                        string
}

func privileges(c *per.Coder, has bool, v *[]Privilege) {
	if has {
		per.List(c, v, 0, -1, func(p *Privilege) { per.Enum(c, p, int(privilegeKinds), true) })
	}
}

// flags are those that stand together.
func (r *Rules) flags(c *per.Coder) {
	c.Bool(&r.Locked)
	c.Bool(&r.Listed)
	c.Bool(&r.Conductible)
	method := 0
	if r.Manual {
		method = 1
	}
	per.Enum(c, &method, 2, true)
	r.Manual = method == 1
}

// present are the bits of the OPTIONAL parts.
func (r *Rules) present() (conductor, conducted, not, description bool) {
	return r.Conductor != nil, r.Conducted != nil, r.NotConducted != nil, r.Description != ""
}

// Challenge is how a password is given, or asked for: the password itself; other
// algorithms are told apart and nothing more.
type Challenge struct {
	Password Selector
	Other    bool // a challenge, its answer or what came later
}

func (h *Challenge) code(c *per.Coder) {
	at := 0
	if h.Other {
		at = 1
	}
	c.Choice(&at, 2, true, func() {
		switch at {
		case 0:
			h.Password.code(c)
		case 1:
			h.Other = true
			challenge(c)
		default:
			h.Other = true
			c.Skip()
		}
	})
}
