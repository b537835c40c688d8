#!/usr/bin/env bash
# clips.sh DIR: makes the test clips in DIR with ffmpeg, the same bytes each
# time. It does nothing when this very script has made them there before.
#
# A name says what is inside: video codec, audio codec, ASF packet size.
set -euo pipefail

dir=${1:?usage: clips.sh DIR}
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9
stamp=$(sha256sum <"$0")
if [ "$(cat "$dir/.stamp" 2>/dev/null)" = "$stamp" ]; then
	exit 0
fi
rm -f "$dir/.stamp"

picture=(-f lavfi -i 'testsrc2=size=320x240:rate=25:duration=10')
small=(-f lavfi -i 'smptebars=size=160x120:rate=25:duration=10')
high=(-f lavfi -i 'sine=frequency=880:beep_factor=2:sample_rate=44100:duration=10')
low=(-f lavfi -i 'sine=frequency=220:sample_rate=44100:duration=10')

# encode OUTPUT PACKET-SIZE ARGUMENTS...
encode() {
	local output=$1 size=$2
	shift 2
	ffmpeg -nostdin -v error -y "$@" -threads 1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
		-packet_size "$size" -f asf "$output"
}

# av OUTPUT PACKET-SIZE VIDEO-CODEC AUDIO-CODEC: picture and sound.
av() {
	encode "$1" "$2" "${picture[@]}" "${high[@]}" -c:v "$3" -b:v 300k -c:a "$4" -b:a 64k
}

# data_end FILE: where its Data Object ends, from the sizes of the two objects.
data_end() {
	local header data
	header=$(od -An -tu8 -j16 -N8 "$1")
	data=$(od -An -tu8 -j$((header + 16)) -N8 "$1")
	echo $((header + data))
}

av "$dir/wmv1_wmav1_p3200.wmv" 3200 wmv1 wmav1
av "$dir/div3_wmav2_p3200.asf" 3200 msmpeg4 wmav2
for size in 576 1600 8192 65000; do
	av "$dir/wmv2_wmav2_p$size.wmv" $size wmv2 wmav2
done
encode "$dir/wmav2_p1600.wma" 1600 "${high[@]}" -c:a wmav2 -b:a 64k
encode "$dir/wmv2_p3200.wmv" 3200 "${picture[@]}" -c:v wmv2 -b:v 300k

# Two rates of each kind; the first of a kind is the better.
encode "$dir/mbr.wmv" 3200 "${picture[@]}" "${small[@]}" "${high[@]}" "${low[@]}" \
	-map 0 -map 1 -map 2 -map 3 -c:v wmv2 -b:v:0 400k -b:v:1 60k -c:a wmav2 -b:a:0 96k -b:a:1 32k

# What recorders leave behind: a file without an index, and one whose header
# was never completed (a pipe cannot be rewound), so that it gives no lengths.
av "$dir/.whole" 3200 wmv2 wmav2
av pipe:1 3200 wmv2 wmav2 >"$dir/.pipe"
end=$(data_end "$dir/.whole")
head -c "$end" "$dir/.whole" >"$dir/wmv2_wmav2_p3200_noindex.wmv"
head -c "$end" "$dir/.pipe" >"$dir/wmv2_wmav2_p3200_unfinished.wmv"
rm "$dir/.whole" "$dir/.pipe"

echo "$stamp" >"$dir/.stamp"
