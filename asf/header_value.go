package asf

import "fmt"

// ValueType says how the bytes of a Value are to be read.
type ValueType uint16

// Value types. A Bool has 4 bytes in an Extended Content Description and 2 in
// Metadata and Metadata Library.
const (
	ValueText  ValueType = 0
	ValueBytes ValueType = 1
	ValueBool  ValueType = 2
	ValueU32   ValueType = 3
	ValueU64   ValueType = 4
	ValueU16   ValueType = 5
	ValueGUID  ValueType = 6
)

// Value is an attribute's value as it stands on the wire.
type Value struct {
	Type ValueType
	Data []byte
}

// Uint gives numbers and booleans; ok is false for other types and for too few
// bytes.
func (v Value) Uint() (n uint64, ok bool) {
	size := 0
	switch v.Type {
	case ValueU16:
		size = 2
	case ValueBool:
		size = min(len(v.Data), 4)
	case ValueU32:
		size = 4
	case ValueU64:
		size = 8
	}
	if size == 0 || len(v.Data) < size {
		return 0, false
	}
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | uint64(v.Data[i])
	}
	return n, true
}

// String gives a form for people to read.
func (v Value) String() string {
	if v.Type == ValueText {
		return Text(v.Data).String()
	}
	if v.Type == ValueGUID && len(v.Data) == 16 {
		return GUID(v.Data).String()
	}
	n, ok := v.Uint()
	switch {
	case ok && v.Type == ValueBool:
		return fmt.Sprint(n != 0)
	case ok:
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("(%d bytes)", len(v.Data))
}
