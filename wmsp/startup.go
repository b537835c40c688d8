package wmsp

import "errors"

// MaxStartupRates is the most values that one list of X-StartupProfile has.
const MaxStartupRates = 32

// startupRates are the speed-up factors, times 10, that Windows Media Services
// gives.
var startupRates = [...]uint32{10, 12, 15, 20, 30}

// StartupProfile is the X-StartupProfile header, [MS-WMSP] 2.2.1.12. The four
// lists belong together: one value for each rate.
type StartupProfile struct {
	Rate     []uint32 // factor relative to the average bit rate, times 10
	MaxBytes []uint32 // largest buffer underflow, bytes
	Time     []uint32 // when it occurs, ms after StartTime
	ByteRate []uint32 // average rate of the content, bytes/s

	StartTime      uint32 // lowest presentation time, ms
	LastTime       uint32 // length of the interval, ms
	MaxDiffTime    uint32 // when MaxDiffSndTime occurs, ms after StartTime
	MaxDiffSndTime int32  // how far audio lags behind video; negative the other way round; ms
}

// StartupSample is one payload in the order of transmission.
type StartupSample struct {
	SendTime         uint32 // ms
	PresentationTime uint32 // ms
	Bytes            int
	Audio            bool // else it counts as video
}

// ErrStartupProfile says that there is too little content to compute with.
var ErrStartupProfile = errors.New("wmsp: no startup profile for this content")

// ComputeStartupProfile computes the header for a server that sends the first
// window ms of samples, by send time, at an accelerated rate.
//
// A client begins to play at once. At p ms it needs all bytes up to the last
// payload that is due by then, and has what has been transmitted in p ms; the
// largest difference is the underflow. With the content's rate B bytes/s and
// the factor r/10, that is the maximum over all payloads of
//
//	bytes sent up to and with the payload - B * r/10 * (its time - StartTime)/1000
//
// which gives the numbers of the example in [MS-WMSP] 2.2.1.12. Its ByteRate
// for the rate 10 is not that of the others, for a reason that is not told;
// here they are the same.
func ComputeStartupProfile(samples []StartupSample, window uint32) (StartupProfile, error) {
	samples = withinWindow(samples, window)
	if len(samples) == 0 {
		return StartupProfile{}, ErrStartupProfile
	}
	var p StartupProfile
	first, last, total := samples[0].PresentationTime, uint32(0), int64(0)
	for _, s := range samples {
		first = min(first, s.PresentationTime)
		last = max(last, s.PresentationTime)
		total += int64(s.Bytes)
	}
	p.StartTime, p.LastTime = first, last-first
	if p.LastTime == 0 || total <= 0 {
		return StartupProfile{}, ErrStartupProfile
	}
	byteRate := clampStartup(total * 1000 / int64(p.LastTime))
	for _, rate := range startupRates {
		underflow, when := maxUnderflow(samples, first, int64(byteRate)*int64(rate))
		p.Rate = append(p.Rate, rate)
		p.MaxBytes = append(p.MaxBytes, clampStartup(underflow))
		p.Time = append(p.Time, when)
		p.ByteRate = append(p.ByteRate, byteRate)
	}
	p.MaxDiffSndTime, p.MaxDiffTime = maxLag(samples, first)
	return p, nil
}

// withinWindow cuts samples where the window ends. Send times do not go back.
func withinWindow(samples []StartupSample, window uint32) []StartupSample {
	for i := range samples {
		if samples[i].SendTime-samples[0].SendTime >= window {
			return samples[:i]
		}
	}
	return samples
}

// maxUnderflow returns the largest underflow in bytes and its first time, for
// a transmission of rate/10 bytes a second.
func maxUnderflow(samples []StartupSample, first uint32, rate int64) (underflow int64, when uint32) {
	needed := int64(0)
	for _, s := range samples {
		needed += int64(s.Bytes)
		at := s.PresentationTime - first
		if u := needed - rate*int64(at)/10_000; u > underflow {
			underflow, when = u, at
		}
	}
	return underflow, when
}

// maxLag returns by how much audio payloads come after the video payloads of
// the same time, and where it is most. When none does, it is the largest lag
// of video as a negative number; without both kinds it is 0.
func maxLag(samples []StartupSample, first uint32) (lag int32, when uint32) {
	if lag, when := lagOf(samples, first, true); lag > 0 {
		return lag, when
	}
	lag, when = lagOf(samples, first, false)
	return -lag, when
}

// lagOf looks at payloads that are audio or not, each against the latest
// payload of the other kind before it.
func lagOf(samples []StartupSample, first uint32, audio bool) (lag int32, when uint32) {
	other, seen := int64(0), false
	for _, s := range samples {
		if s.Audio != audio {
			other, seen = int64(s.PresentationTime), true
			continue
		}
		behind := other - int64(s.PresentationTime)
		if seen && behind > int64(lag) {
			lag, when = int32(min(behind, 1<<31-1)), s.PresentationTime-first
		}
	}
	return lag, when
}

// clampStartup keeps to the range that the lists have.
func clampStartup(n int64) uint32 { return uint32(max(1, min(n, 1<<32-1))) }
