package asf

// objectCursor walks over the content of one object. A read past the end gives
// zeros and sets bad; the object is then kept as bytes.
type objectCursor struct {
	b      []byte
	bad    bool
	parser *objectParser // for objects within this object
	depth  int
	offset int64 // of the object's content in the parsed input
	length int   // of the object's content
}

// take gives the next n bytes, which alias the input, or nil; a negative n
// says that the object is bad.
func (c *objectCursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.bad = true
		c.b = nil
		return nil
	}
	t := c.b[:n:n]
	c.b = c.b[n:]
	return t
}

func (c *objectCursor) u8() byte {
	if t := c.take(1); t != nil {
		return t[0]
	}
	return 0
}

func (c *objectCursor) u16() uint16 {
	if t := c.take(2); t != nil {
		return le.Uint16(t)
	}
	return 0
}

func (c *objectCursor) u32() uint32 {
	if t := c.take(4); t != nil {
		return le.Uint32(t)
	}
	return 0
}

func (c *objectCursor) u64() uint64 {
	if t := c.take(8); t != nil {
		return le.Uint64(t)
	}
	return 0
}

func (c *objectCursor) guid() (g GUID) {
	copy(g[:], c.take(len(g)))
	return g
}

// data gives n bytes, where n is a 32-bit length off the wire.
func (c *objectCursor) data(n uint32) []byte {
	if uint64(n) > uint64(len(c.b)) {
		return c.take(-1)
	}
	return c.take(int(n))
}

// count checks a number of entries off the wire against MaxListEntries and
// against the bytes that are left, size being the least an entry needs.
func (c *objectCursor) count(n uint32, size int) int {
	if n > MaxListEntries || int(n)*size > len(c.b) {
		c.take(-1)
		return 0
	}
	return int(n)
}

// streams reads a list of 16-bit stream numbers.
func (c *objectCursor) streams(n uint16) []uint16 {
	list := make([]uint16, c.count(uint32(n), 2))
	for i := range list {
		list[i] = c.u16()
	}
	return list
}

// objects reads objects until the content ends, however many were announced.
func (c *objectCursor) objects() []Object {
	list := c.parser.objects(c.b, c.offset+int64(c.length-len(c.b)), c.depth+1)
	c.b = nil
	return list
}
