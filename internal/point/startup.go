package point

import "time"

// StartupRates are the acceleration rates, times 10, that a start-up profile
// has figures for.
var StartupRates = [5]uint32{10, 12, 15, 20, 30}

// StartupProfile says how much a player has to buffer before it can play a
// stream that is sent faster than real time: the X-StartupProfile header of
// two protocols, [MS-RTSP] 3.2.7.7 and [MS-WMSP] 2.2.1.12. The arrays belong to
// StartupRates.
type StartupProfile struct {
	MaxBytes [5]uint32 // largest underflow of the buffer, bytes
	Time     [5]uint32 // when it happens, ms after StartTime
	ByteRate [5]uint32 // of the content up to then, bytes a second

	StartTime      uint32 // lowest presentation time, ms
	LastTime       uint32 // length of the interval, ms
	MaxDiffTime    uint32 // when MaxDiffSndTime happens, ms after StartTime
	MaxDiffSndTime int32  // how far audio lags behind video, ms
}

// profiler is the abstract data model of [MS-RTSP] 3.2.1, as far as it is about
// profiles.
type profiler struct {
	p         StartupProfile
	max       [5]int64
	playback  int64 // average rate of the selected streams, bytes a second
	chosen    int64
	needed    int64
	firstSend int64 // -1: none yet
	lastSend  int64
	firstPres int64 // -1: none yet
	lastPres  int64
	diffPres  int64 // presentation time of the largest lag
	maxDiff   int64
	video     bool // a video stream is selected
}

// Startup computes the profile of a Start that grants an acceleration. False
// means that there is none, or nothing to compute from. It reads the disk.
func Startup(e Entry, s *Start) (StartupProfile, bool) {
	if s.AccelDuration <= 0 || s.points != nil {
		return StartupProfile{}, false
	}
	list, err := e.Payloads(s.Packet, s.AccelDuration)
	if err != nil {
		return StartupProfile{}, false
	}
	f := profiler{
		playback:  int64(selectedRate(e.Info(), s.sel)) / 8,
		firstSend: -1, firstPres: -1,
		video: selectedVideo(e.Info(), s.sel) != 0,
	}
	for _, p := range list {
		if s.Selected(p.Stream) && !f.inspect(p, s.AccelDuration) {
			break
		}
	}
	return f.result()
}

// SendTime returns when a packet is due, in ms of the content's send times, if
// it begins a media object. It reads the disk.
func SendTime(e Entry, packet int64) (ms uint32, ok bool) {
	if l := liveOf(e); l != nil {
		b, err := l.fetch(packet)
		if err != nil {
			return 0, false
		}
		return b.SendTime(packet), true
	}
	list, err := e.Payloads(packet, time.Millisecond)
	if err != nil || len(list) == 0 {
		return 0, false
	}
	return list[0].SendTime, true
}

// inspect takes one payload that begins a media object, 3.2.7.7.1. It returns
// false when the interval is over.
func (f *profiler) inspect(p Payload, window time.Duration) bool {
	send, pres := int64(p.SendTime), int64(p.Time)
	if f.firstSend < 0 {
		f.firstSend = send
	}
	if send-f.firstSend > window.Milliseconds() {
		return false
	}
	if f.firstPres < 0 {
		f.firstPres, f.lastPres = pres, pres
	}
	f.firstPres = min(f.firstPres, pres)
	if p.Audio && f.video && f.lastSend != 0 {
		f.lag(send, pres)
	}
	f.lastSend = send
	if !p.Audio || !f.video {
		f.rate(send, pres, int64(p.Bytes))
	} else {
		f.beside(pres, int64(p.Bytes))
	}
	f.needed += int64(p.Bytes)
	return true
}

// lag is 3.2.7.7.2.
func (f *profiler) lag(send, pres int64) {
	diff := f.lastPres - pres
	if diff > 0 && diff > f.maxDiff {
		f.diffPres, f.maxDiff = pres, diff+f.lastSend-send
	}
}

// rate is 3.2.7.7.3.
func (f *profiler) rate(send, pres, size int64) {
	f.chosen = f.playback
	if send > f.firstSend {
		average := (f.needed + size) * 1000 / (send - f.firstSend)
		if average > 0 && average <= f.playback {
			f.chosen = average
		}
	}
	if pres > f.lastPres {
		f.underflow()
	}
	f.lastPres = pres
}

// underflow is 3.2.7.7.4.
func (f *profiler) underflow() {
	at := max(f.lastPres-f.firstPres, 0)
	streamed := at * f.chosen / 1000
	for i, rate := range StartupRates {
		if short := f.needed - streamed*int64(rate)/10; short > f.max[i] {
			f.max[i] = short
			f.p.Time[i], f.p.ByteRate[i] = clip(at), clip(f.chosen)
		}
	}
}

// beside adds audio that plays at the very time of an underflow, 3.2.7.7.1.
func (f *profiler) beside(pres, size int64) {
	at := pres - f.firstPres
	if at != int64(f.p.Time[0]) {
		return
	}
	for i := range f.max {
		if at == int64(f.p.Time[i]) {
			f.max[i] += size
		}
	}
}

func (f *profiler) result() (StartupProfile, bool) {
	if f.firstPres < 0 || f.p.ByteRate[0] == 0 {
		return StartupProfile{}, false
	}
	f.p.StartTime = clip(f.firstPres)
	f.p.LastTime = clip(f.lastPres - f.firstPres)
	f.p.MaxDiffTime = clip(f.diffPres - f.firstPres)
	f.p.MaxDiffSndTime = int32(min(f.maxDiff, 1<<31-1))
	for i, n := range f.max {
		f.p.MaxBytes[i] = clip(n)
	}
	return f.p, true
}

// clip keeps to the range of the header's numbers.
func clip(n int64) uint32 { return uint32(min(max(n, 0), 1<<32-1)) }
