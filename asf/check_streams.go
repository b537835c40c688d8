package asf

import "slices"

// judgeStreams adds what the streams' descriptions tell.
func judgeStreams(h *Header, l *issueList) {
	var seen [MaxStreams + 1]bool
	for _, s := range h.Streams() {
		n := s.Number()
		switch {
		case n == 0:
			l.add(Error, "stream-number-zero", "A stream has the number 0, which is not allowed.")
		case seen[n]:
			l.add(Error, "stream-number-twice", "Two streams have the number %d.", n)
		case n > decimalStreams:
			l.add(Warning, "stream-number-high", "Stream %d has a number above 9, which some players send in decimal and others in hexadecimal when they select streams.", n)
		}
		seen[n] = true
		if h.statedBitRate(n) == 0 && s.Kind() != Command {
			l.add(Warning, "bit-rate-missing", "Nothing tells the bit rate of stream %d; players cannot choose streams by their bandwidth.", n)
		}
		if s.Encrypted() {
			l.add(Info, "encrypted", "Stream %d is encrypted; it is served as it is, and needs a license to play.", n)
		}
		judgeAudio(s, l)
		judgeVideo(s, l)
	}
	judgeExclusion(h, Audio, l)
	judgeExclusion(h, Video, l)
}

// spreadless lists the formats that need the type "no error correction".
var spreadless = [...]uint16{TagMP3, TagAAC, TagADTSAAC, TagMPEGAAC, TagRawAAC}

func judgeAudio(s *StreamProperties, l *issueList) {
	if s.Kind() != Audio {
		return
	}
	n := s.Number()
	w, ok := s.WaveFormat()
	if !ok {
		l.add(Error, "audio-format", "The wave format of audio stream %d cannot be read.", n)
		return
	}
	if w.BytesPerSecond == 0 {
		l.add(Warning, "audio-average-zero", "Audio stream %d says 0 bytes a second, as files with a variable bit rate may; Windows Media players stay silent.", n)
	}
	if slices.Contains(spreadless[:], w.Tag) && s.ErrorCorrectionType != NoErrorCorrection {
		l.add(Warning, "audio-error-correction", "Audio stream %d has MP3 or AAC sound with an error correction type; Windows Media players stay silent unless there is none.", n)
	}
	if spread, ok := s.AudioSpread(); ok && spread.Span > 1 {
		l.add(Info, "audio-spread", "Audio stream %d is spread over %d packets; only Windows Media players put it together.", n, spread.Span)
	}
	if !slices.Contains(knownTags[:], w.Tag) {
		l.add(Warning, "codec-foreign", "Audio stream %d uses format %#04x, which Windows Media players do not know by themselves.", n, w.Tag)
	}
}

func judgeVideo(s *StreamProperties, l *issueList) {
	if s.Kind() != Video {
		return
	}
	n := s.Number()
	v, ok := s.VideoFormat()
	if !ok {
		l.add(Error, "video-format", "The format of video stream %d cannot be read.", n)
		return
	}
	if !slices.Contains(knownCodecs[:], v.Compression.String()) {
		l.add(Warning, "codec-foreign", "Video stream %d uses codec %q, which Windows Media players do not know by themselves.", n, v.Compression)
	}
	if v.EncodedWidth == 0 || v.EncodedHeight == 0 {
		l.add(Warning, "video-size-zero", "Video stream %d gives no picture size.", n)
	}
}

var (
	knownTags = [...]uint16{
		TagPCM, TagADPCM, TagVoice, TagGSM610, TagMP3, TagACELP,
		TagWMA1, TagWMA2, TagWMAPro, TagWMALossless,
	}
	knownCodecs = [...]string{
		"MPG4", "MP42", "MP43", "MP4S", "M4S2", "MSS1", "MSS2",
		"WMV1", "WMV2", "WMV3", "WMVA", "WVC1", "WMVP", "WVP2",
	}
)

// judgeExclusion looks for several streams of a kind that nothing tells the
// player to choose from.
func judgeExclusion(h *Header, k StreamKind, l *issueList) {
	var numbers []uint16
	for _, s := range h.Streams() {
		if s.Kind() == k {
			numbers = append(numbers, uint16(s.Number()))
		}
	}
	if len(numbers) < 2 {
		return
	}
	for _, x := range h.MutualExclusions() {
		if slices.ContainsFunc(x.Groups, func(g []uint16) bool { return slices.Contains(g, numbers[0]) }) {
			return
		}
	}
	l.add(Warning, "no-mutual-exclusion", "There are %d %s streams, but nothing says that a player is to choose one of them; it may take all.", len(numbers), k)
}
