package asf

// keptBuffer is the largest buffer that a stream keeps between media objects, bytes.
const keptBuffer = 256 << 10

type assemblyState uint8

const (
	idle     assemblyState = iota
	open                   // data holds the object as far as it has come
	skipping               // what still comes of the object is passed over
)

// assembly is the media object that one stream is in.
type assembly struct {
	state     assemblyState
	object    MediaObject // without its slices
	size      uint32      // 0: unknown, the object ends where the next one begins
	data      []byte
	extension []byte
}

func (a *assembly) start(o MediaObject, size uint32) {
	a.extension = append(a.extension[:0], o.Extension...)
	o.Extension = nil
	a.state, a.object, a.size = open, o, size
}

func (a *assembly) end(s assemblyState) {
	a.state = s
	a.data = a.data[:0]
	if cap(a.data) > keptBuffer {
		a.data = nil
	}
}
