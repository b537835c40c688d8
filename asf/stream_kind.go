package asf

// StreamKind is the kind of a stream, by its stream type.
type StreamKind uint8

// Kinds of streams. Other stands for stream types that the specification does
// not know.
const (
	Other StreamKind = iota
	Audio
	Video
	Command
	Image
	FileTransfer
	Binary
)

// String gives a lower-case word.
func (k StreamKind) String() string {
	names := [...]string{"other", "audio", "video", "command", "image", "file transfer", "binary"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[Other]
}

func streamKind(streamType GUID) StreamKind {
	switch streamType {
	case StreamTypeAudio:
		return Audio
	case StreamTypeVideo:
		return Video
	case StreamTypeCommand:
		return Command
	case StreamTypeJFIF, StreamTypeDegradableJPEG:
		return Image
	case StreamTypeFileTransfer:
		return FileTransfer
	case StreamTypeBinary:
		return Binary
	}
	return Other
}
