package point

import "caracal/asf"

// selectedVideo returns the first video stream that goes out, or 0.
func selectedVideo(info *Info, sel *asf.Selection) uint8 {
	for _, st := range info.Header.Streams() {
		if st.Kind() == asf.Video && sel.Level(st.Number()) != asf.None {
			return st.Number()
		}
	}
	return 0
}

// leadStream returns the stream whose clean points a seek goes to: a video
// stream if one goes out, any other that does if not.
func leadStream(info *Info, sel *asf.Selection, video uint8) uint8 {
	if video != 0 {
		return video
	}
	var first uint8
	for _, st := range info.Header.Streams() {
		if first == 0 {
			first = st.Number()
		}
		if sel.Level(st.Number()) != asf.None {
			return st.Number()
		}
	}
	return first
}

// selectedRate returns the bit rate of the streams that go out.
func selectedRate(info *Info, sel *asf.Selection) uint32 {
	var sum uint32
	for _, st := range info.Header.Streams() {
		if sel.Level(st.Number()) != asf.None {
			sum += info.Header.BitRate(st.Number())
		}
	}
	if sum == 0 {
		return info.BitRate
	}
	return sum
}
