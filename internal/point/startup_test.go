package point

import (
	"testing"
	"time"

	"caracal/asf"
)

// withPayloads is the fake with a list of its own to compute from.
type withPayloads struct {
	*fakeEntry
	list []Payload
}

func (e *withPayloads) Payloads(int64, time.Duration) ([]Payload, error) { return e.list, nil }

// video and audio make payloads of the fake's streams.
func video(send, pres uint32, size int) Payload {
	return Payload{SendTime: send, Time: pres, Bytes: size, Stream: fakeVideo}
}

func audio(send, pres uint32, size int) Payload {
	return Payload{SendTime: send, Time: pres, Bytes: size, Stream: fakeAudio, Audio: true}
}

func startup(t *testing.T, bitRate uint32, sel *asf.Selection, accel time.Duration, list ...Payload) (StartupProfile, bool) {
	t.Helper()
	e := &withPayloads{newFake(t), list}
	e.info.BitRate = bitRate
	e.info.Header = &asf.Header{Objects: []asf.Object{
		&asf.FileProperties{MaxBitRate: bitRate}, e.info.Header.Streams()[0], e.info.Header.Streams()[1],
		&asf.StreamBitrateProperties{},
	}}
	s := &Start{AccelDuration: accel, sel: sel}
	return Startup(e, s)
}

// The figures of the examples in [MS-WMSP] 2.2.1.12 and 2.2.2.6, from content
// that has them: in the first 10,689 bytes are needed at 34 ms and 398,168 at
// 12,512 ms, in the second one object of 459 bytes is all that is missing.
func TestStartupProfileOfTheExamples(t *testing.T) {
	const first = 1694318962
	got, ok := startup(t, 31469*8, only(fakeVideo), 18*time.Second,
		video(0, first, 7000), video(0, first+34, 3689), video(40, first+67, 500),
		video(1000, first+12_512, 398_168-10_689-500), video(13_000, first+12_545, 2154),
		video(18_000, first+19_521, 200_000), video(18_001, first+30_000, 1_000_000))
	want := StartupProfile{
		MaxBytes: [5]uint32{12874, 9407, 9086, 8551, 7482}, Time: [5]uint32{12512, 34, 34, 34, 34},
		ByteRate: [5]uint32{30794, 31469, 31469, 31469, 31469}, StartTime: first, LastTime: 19521,
	}
	if !ok || got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	got, ok = startup(t, 2538*8, only(fakeAudio), 15*time.Second,
		audio(0, 3290, 459), audio(180, 3470, 450), audio(360, 3650, 400), audio(14_000, 18_410, 40_000))
	want = StartupProfile{
		MaxBytes: [5]uint32{459, 459, 459, 459, 459}, ByteRate: [5]uint32{2538, 2538, 2538, 2538, 2538},
		StartTime: 3290, LastTime: 15120,
	}
	if !ok || got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Audio that comes 700 ms of presentation time, and 100 ms of send time, after
// the video is a lag of 700 - 100 ms; audio at the very time of the underflow
// adds to it.
func TestStartupProfileWithAudioBehind(t *testing.T) {
	got, ok := startup(t, 80_000, only(), 10*time.Second,
		video(0, 1000, 5000), audio(0, 1000, 100), video(200, 2000, 1000),
		audio(300, 1300, 100), video(400, 2100, 1000))
	want := StartupProfile{
		MaxBytes: [5]uint32{5100, 5100, 5100, 5100, 5100}, ByteRate: [5]uint32{10_000, 10_000, 10_000, 10_000, 10_000},
		StartTime: 1000, LastTime: 1100, MaxDiffTime: 300, MaxDiffSndTime: 600,
	}
	if !ok || got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestNoStartupProfile(t *testing.T) {
	if _, ok := startup(t, 80_000, only(), 0, video(0, 0, 1), video(1, 1, 1)); ok {
		t.Error("a profile without an acceleration")
	}
	if _, ok := startup(t, 80_000, only(), time.Second); ok {
		t.Error("a profile without content")
	}
	if _, ok := startup(t, 80_000, only(fakeAudio), time.Second, video(0, 0, 1), video(1, 1, 1)); ok {
		t.Error("a profile of streams that do not go out")
	}
}
