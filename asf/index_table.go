package asf

import "iter"

// NoOffset in an index entry says that there is nothing to point to.
const NoOffset = 0xFFFFFFFF

// IndexTable is what Index and Media Object Index have in common: rows at even
// distances with one column for every specifier.
type IndexTable struct {
	Interval   uint32 // between rows: ms in Index, media objects in Media Object Index
	Specifiers []IndexSpecifier
	Blocks     []IndexBlock
}

// IndexBlock is a run of rows.
type IndexBlock struct {
	Positions []uint64 // for every column, what its offsets are added to
	Offsets   []uint32 // bytes from packet 0, row by row; NoOffset
}

const (
	indexTableHead = 34
	indexBlockHead = 4
)

func (t *IndexTable) size() int {
	n := indexTableHead + 4*len(t.Specifiers)
	for _, k := range t.Blocks {
		n += indexBlockHead + 8*len(k.Positions) + 4*len(k.Offsets)
	}
	return n
}

func (t *IndexTable) parse(c *objectCursor) {
	t.Interval = c.u32()
	specifiers := c.u16()
	blocks := c.u32()
	t.Specifiers = parseSpecifiers(c, specifiers)
	columns := len(t.Specifiers)
	t.Blocks = make([]IndexBlock, c.indexBlocks(blocks, indexBlockHead+8*columns))
	for i := range t.Blocks {
		k := &t.Blocks[i]
		rows := c.indexCount(c.u32(), columns, 4*columns)
		k.Positions = parsePositions(c, columns)
		if rows*columns*4 > len(c.b) {
			c.take(-1)
			return
		}
		k.Offsets = make([]uint32, rows*columns)
		for j := range k.Offsets {
			k.Offsets[j] = c.u32()
		}
	}
}

func parsePositions(c *objectCursor, columns int) []uint64 {
	if 8*columns > len(c.b) {
		c.take(-1)
		return nil
	}
	list := make([]uint64, columns)
	for i := range list {
		list[i] = c.u64()
	}
	return list
}

func (t *IndexTable) append(b []byte, id GUID) []byte {
	b, at := beginObject(b, id)
	b = le.AppendUint32(b, t.Interval)
	b = le.AppendUint16(b, uint16(len(t.Specifiers)))
	b = le.AppendUint32(b, uint32(len(t.Blocks)))
	b = appendSpecifiers(b, t.Specifiers)
	for _, k := range t.Blocks {
		b = le.AppendUint32(b, uint32(k.rows()))
		for _, p := range k.Positions {
			b = le.AppendUint64(b, p)
		}
		for _, o := range k.Offsets {
			b = le.AppendUint32(b, o)
		}
	}
	return endObject(b, at)
}

func (k *IndexBlock) rows() int { return len(k.Offsets) / max(1, len(k.Positions)) }

// offset gives the place of one row and column, in bytes from packet 0.
func (k *IndexBlock) offset(row, column int) (int64, bool) {
	return entryOffset(k.Positions[column], k.Offsets[row*len(k.Positions)+column])
}

// entryOffset adds an offset to its block's position, if the sum is a place.
func entryOffset(position uint64, offset uint32) (int64, bool) {
	if offset == NoOffset || position > 1<<62 {
		return 0, false
	}
	return int64(position) + int64(offset), true
}

// column finds the specifier of a stream and type, -1 if there is none.
func column(list []IndexSpecifier, stream uint8, t IndexType) int {
	for i, s := range list {
		if s.Stream == uint16(stream) && s.Type == t {
			return i
		}
	}
	return -1
}

// lookup gives the place in row n of all rows.
func (t *IndexTable) lookup(stream uint8, kind IndexType, n uint64) (int64, bool) {
	col := column(t.Specifiers, stream, kind)
	if col < 0 {
		return 0, false
	}
	for i := range t.Blocks {
		k := &t.Blocks[i]
		if rows := uint64(k.rows()); n >= rows {
			n -= rows
			continue
		}
		return k.offset(int(n), col)
	}
	return 0, false
}

// Offsets gives all places of a column in order, in bytes from packet 0.
func (t *IndexTable) Offsets(stream uint8, kind IndexType) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		col := column(t.Specifiers, stream, kind)
		if col < 0 {
			return
		}
		for i := range t.Blocks {
			for row := range t.Blocks[i].rows() {
				if at, ok := t.Blocks[i].offset(row, col); ok && !yield(at) {
					return
				}
			}
		}
	}
}

// indexCount checks a number of index entries off the wire, each with columns
// offsets and size bytes.
func (c *objectCursor) indexCount(n uint32, columns, size int) int {
	if uint64(n)*uint64(columns) > MaxIndexEntries || uint64(n)*uint64(size) > uint64(len(c.b)) {
		c.take(-1)
		return 0
	}
	return int(n)
}

// indexBlocks checks a number of index blocks off the wire, each of at least
// size bytes.
func (c *objectCursor) indexBlocks(n uint32, size int) int {
	if n > MaxIndexBlocks {
		c.take(-1)
		return 0
	}
	return c.indexCount(n, 1, size)
}
