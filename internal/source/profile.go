package source

import (
	"fmt"
	"slices"
	"strings"
)

// A Profile says how an Encoder makes a broadcast: for which players, and what
// they can take.
type Profile struct {
	Name       string
	About      string
	Video      VideoProfile // no Codec: sound only
	Audio      AudioProfile
	PacketSize int // bytes
}

// VideoProfile says what the picture is like. Codec is the name of FFmpeg's encoder.
type VideoProfile struct {
	Codec         string
	Width, Height int
	Rate          int // frames a second
	BitRate       int // bits a second
	KeyInterval   int // frames
}

// AudioProfile says what the sound is like. Codec is the name of FFmpeg's encoder.
type AudioProfile struct {
	Codec    string
	Rate     int // samples a second
	Channels int
	BitRate  int // bits a second
}

// DefaultProfile is that of a source of which no profile is said.
const DefaultProfile = "wmp9-300k"

// codecCopy is the codec of the profile that encodes nothing.
const codecCopy = "copy"

// Profiles are all profiles. FFmpeg's encoders of Windows Media Audio want at
// least 24000 bits a second, which is nearly all that a modem of 28.8 kbit/s
// carries; where they say so little, the packet size is one that whole pieces of
// sound fill, for they are not cut. Key frames come every few seconds, as players
// that join wait for one.
func Profiles() []Profile {
	return []Profile{
		{
			Name: "wmp64-28k", About: "Windows Media Player 6.4 over a modem of 28.8 kbit/s, sound only",
			Audio: AudioProfile{"wmav1", 44100, 1, 24_000}, PacketSize: 1260,
		},
		{
			Name: "wmp7-56k", About: "Windows Media Player 7 over a modem of 56 kbit/s, small picture",
			Video: VideoProfile{"wmv1", 128, 96, 5, 12_000, 40}, Audio: AudioProfile{"wmav2", 32000, 1, 24_000}, PacketSize: 1280,
		},
		{
			Name: "wmp9-300k", About: "Windows Media Player 9 over DSL, and all that is not said to need another",
			Video: VideoProfile{"wmv2", 320, 240, 25, 225_000, 75}, Audio: AudioProfile{"wmav2", 44100, 2, 48_000}, PacketSize: 1400,
		},
		{
			Name: "wmp11-1m", About: "Windows Media Player 10, 11 and 12 over a network, full picture",
			Video: VideoProfile{"wmv2", 640, 480, 25, 780_000, 75}, Audio: AudioProfile{"wmav2", 44100, 2, 128_000}, PacketSize: 1400,
		},
		{
			Name: "xbox", About: "Xbox and Xbox 360 media players and extenders in a house, wide picture",
			Video: VideoProfile{"wmv2", 848, 480, 25, 1_500_000, 50}, Audio: AudioProfile{"wmav2", 48000, 2, 192_000}, PacketSize: 1400,
		},
		{
			Name: "divx3-300k", About: "players that know no Windows Media Video, but Microsoft MPEG-4 version 3",
			Video: VideoProfile{"msmpeg4v3", 320, 240, 25, 225_000, 75}, Audio: AudioProfile{"wmav1", 44100, 2, 48_000}, PacketSize: 1400,
		},
		{
			Name: "barix-audio", About: "Barix receivers and other internet radios, sound only",
			Audio: AudioProfile{"wmav2", 44100, 2, 96_000}, PacketSize: 1400,
		},
		{
			Name: codecCopy, About: "what the source sends, without encoding it again: for sources that are Windows Media already",
			Video: VideoProfile{Codec: codecCopy}, Audio: AudioProfile{Codec: codecCopy}, PacketSize: 1400,
		},
	}
}

// FindProfile returns the profile of a name; "" is DefaultProfile.
func FindProfile(name string) (Profile, error) {
	if name == "" {
		name = DefaultProfile
	}
	all := Profiles()
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		names := make([]string, len(all))
		for i := range all {
			names[i] = all[i].Name
		}
		return Profile{}, fmt.Errorf("source: %q is no profile: there are %s", name, strings.Join(names, ", "))
	}
	return all[i], nil
}

// String says what the profile makes, on one line.
func (p Profile) String() string {
	if p.Audio.Codec == codecCopy {
		return fmt.Sprintf("as it comes, packets of %d bytes", p.PacketSize)
	}
	sound := fmt.Sprintf("%s %d Hz %s %d kbit/s, packets of %d bytes", p.Audio.Codec, p.Audio.Rate,
		[]string{"mono", "stereo"}[p.Audio.Channels-1], p.Audio.BitRate/1000, p.PacketSize)
	if v := p.Video; v.Codec != "" {
		return fmt.Sprintf("%s %dx%d %d/s %d kbit/s a key frame every %d s, %s", v.Codec, v.Width, v.Height,
			v.Rate, v.BitRate/1000, v.KeyInterval/v.Rate, sound)
	}
	return sound
}

// arguments are FFmpeg's for what is made of the picture and the sound of two
// inputs, which may be the same one. Of inputs that lack one the other is left.
func (p Profile) arguments(picture, sound int) []string {
	size := fmt.Sprint(p.PacketSize)
	if p.Audio.Codec == codecCopy {
		return []string{"-map", "0:v?", "-map", "0:a?", "-c", "copy", "-packet_size", size}
	}
	var a []string
	if p.Video.Codec != "" {
		a = append([]string{"-map", fmt.Sprintf("%d:v:0?", picture)}, p.Video.arguments()...)
	}
	s := p.Audio
	return append(a, "-map", fmt.Sprintf("%d:a:0?", sound), "-c:a", s.Codec, "-b:a", fmt.Sprint(s.BitRate),
		"-ar", fmt.Sprint(s.Rate), "-ac", fmt.Sprint(s.Channels), "-af", "aresample=async=1000", "-packet_size", size)
}

// arguments fit a picture of any shape into the profile's.
func (v VideoProfile) arguments() []string {
	filter := fmt.Sprintf("scale=%d:%d:force_original_aspect_ratio=decrease,pad=%[1]d:%[2]d:-1:-1,setsar=1,fps=%d,format=yuv420p",
		v.Width, v.Height, v.Rate)
	return []string{
		"-c:v", v.Codec, "-b:v", fmt.Sprint(v.BitRate), "-maxrate", fmt.Sprint(v.BitRate), "-bufsize", fmt.Sprint(2 * v.BitRate),
		"-g", fmt.Sprint(v.KeyInterval), "-vf", filter,
	}
}
