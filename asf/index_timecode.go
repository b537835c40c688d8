package asf

import (
	"iter"
	"slices"
)

// TimecodeIndex leads from SMPTE timecodes, which payloads carry in their
// replicated data, to places in the Data Object. ASF specification 6.4.
type TimecodeIndex struct {
	Reserved   uint32 // 1
	Specifiers []IndexSpecifier
	Blocks     []TimecodeBlock
}

// TimecodeBlock is a run of rows within one range of timecodes.
type TimecodeBlock struct {
	Range     uint16   // timecodes grow within a range only
	Positions []uint64 // for every column, what its offsets are added to
	Timecodes []uint32 // of every row, BCD hhmmssff
	Offsets   []uint32 // bytes from packet 0, row by row; NoOffset
}

const timecodeBlockHead = 6

func (o *TimecodeIndex) ID() GUID { return IDTimecodeIndex }

func (o *TimecodeIndex) Size() int {
	n := indexTableHead + 4*len(o.Specifiers)
	for _, k := range o.Blocks {
		n += timecodeBlockHead + 8*len(k.Positions) + 4*len(k.Timecodes) + 4*len(k.Offsets)
	}
	return n
}

func (o *TimecodeIndex) parse(c *objectCursor) {
	o.Reserved = c.u32()
	specifiers := c.u16()
	blocks := c.u32()
	o.Specifiers = parseSpecifiers(c, specifiers)
	columns := len(o.Specifiers)
	o.Blocks = make([]TimecodeBlock, c.indexBlocks(blocks, timecodeBlockHead+8*columns))
	for i := range o.Blocks {
		k := &o.Blocks[i]
		rows := c.indexCount(c.u32(), columns+1, 4+4*columns)
		k.Range = c.u16()
		k.Positions = parsePositions(c, columns)
		if rows*(4+4*columns) > len(c.b) {
			c.take(-1)
			return
		}
		k.Timecodes = make([]uint32, rows)
		k.Offsets = make([]uint32, 0, rows*columns)
		for j := range k.Timecodes {
			k.Timecodes[j] = c.u32()
			for range columns {
				k.Offsets = append(k.Offsets, c.u32())
			}
		}
	}
}

func (o *TimecodeIndex) Append(b []byte) []byte {
	b, at := beginObject(b, IDTimecodeIndex)
	b = le.AppendUint32(b, o.Reserved)
	b = le.AppendUint16(b, uint16(len(o.Specifiers)))
	b = le.AppendUint32(b, uint32(len(o.Blocks)))
	b = appendSpecifiers(b, o.Specifiers)
	for _, k := range o.Blocks {
		b = k.append(b)
	}
	return endObject(b, at)
}

func (k *TimecodeBlock) append(b []byte) []byte {
	b = le.AppendUint32(b, uint32(len(k.Timecodes)))
	b = le.AppendUint16(b, k.Range)
	for _, p := range k.Positions {
		b = le.AppendUint64(b, p)
	}
	columns := len(k.Positions)
	for i, t := range k.Timecodes {
		b = le.AppendUint32(b, t)
		for _, f := range k.Offsets[i*columns : (i+1)*columns] {
			b = le.AppendUint32(b, f)
		}
	}
	return b
}

// Lookup gives the place for the last timecode of a range that is not after
// timecode, in bytes from packet 0; false where the index has none.
func (o *TimecodeIndex) Lookup(stream uint8, kind IndexType, rng uint16, timecode uint32) (int64, bool) {
	col := column(o.Specifiers, stream, kind)
	if col < 0 {
		return 0, false
	}
	for i := len(o.Blocks) - 1; i >= 0; i-- {
		k := &o.Blocks[i]
		if k.Range != rng {
			continue
		}
		row, exact := slices.BinarySearch(k.Timecodes, timecode)
		if !exact {
			row--
		}
		if row >= 0 {
			return k.offset(row, col)
		}
	}
	return 0, false
}

func (k *TimecodeBlock) offset(row, column int) (int64, bool) {
	return entryOffset(k.Positions[column], k.Offsets[row*len(k.Positions)+column])
}

// Offsets gives all places of a column in order, in bytes from packet 0.
func (o *TimecodeIndex) Offsets(stream uint8, kind IndexType) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		col := column(o.Specifiers, stream, kind)
		if col < 0 {
			return
		}
		for i := range o.Blocks {
			for row := range o.Blocks[i].Timecodes {
				if at, ok := o.Blocks[i].offset(row, col); ok && !yield(at) {
					return
				}
			}
		}
	}
}
