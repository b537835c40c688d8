package asf

// Maxima for what is read from the wire. Input beyond them is refused with
// ErrLimit, or the object is kept as bytes.
const (
	MaxHeaderSize   = 4 << 20   // bytes of a Header Object
	MaxObjects      = 4096      // objects in one Header Object, nested ones included; objects at top level
	MaxNesting      = 4         // depth of objects within objects
	MaxListEntries  = 1<<16 - 1 // entries of any list inside a header object
	MaxStreams      = 127       // stream numbers are 1 to 127
	MaxIndexSize    = 64 << 20  // bytes of one index object
	MaxIndexEntries = 4 << 20   // offsets in one block of an index object
	MaxIndexBlocks  = 1 << 16   // blocks in one index object
)
