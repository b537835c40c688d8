#!/usr/bin/env bash
# Makes internal/sample/welcome.wmv, the clip inside the binary, with ffmpeg
# (drawtext and the DejaVu fonts are needed). The file is committed; run this
# only to change it.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=24
font=/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf

# A slow dusk of two colours, colour bars below, a sweeping line, the words and a clock.
picture="gradients=size=320x240:rate=25:duration=$seconds:c0=0x203060:c1=0xc07030:speed=0.004:seed=7[sky];
smptebars=size=320x36:rate=25:duration=$seconds[bars];
color=0xf0d090:size=2x36:rate=25:duration=$seconds[hand];
[sky][bars]overlay=0:204[a];
[a][hand]overlay='mod(t*40\,320)':204[b];
[b]drawtext=fontfile=$font:text='Welcome to':fontsize=22:fontcolor=white:shadowx=1:shadowy=1:x=(w-tw)/2:y=56,
drawtext=fontfile=$font:text='Caracal':fontsize=44:fontcolor=white:shadowx=2:shadowy=2:x=(w-tw)/2:y=84,
drawtext=fontfile=$font:text='%{eif\:t\:d\:2} s':fontsize=18:fontcolor=0xf0d090:x=(w-tw)/2:y=152,format=yuv420p[v]"

# Eight soft notes of a pentatonic scale, one each half second, with a low
# fifth beneath; each note rises quickly and fades before the next.
note='261.63*pow(2\,(st(0\,mod(floor(t*2)*3\,8));gte(ld(0)\,1)*2+gte(ld(0)\,2)*2+gte(ld(0)\,3)*3+gte(ld(0)\,4)*2+gte(ld(0)\,5)*3+gte(ld(0)\,6)*2+gte(ld(0)\,7)*2)/12)'
fade='min(1\,mod(t\,0.5)*60)*exp(-5*mod(t\,0.5))*(1-exp(-60*(0.5-mod(t\,0.5))))'
tone="aevalsrc=exprs='0.28*sin(2*PI*mod(t\,0.5)*($note))*$fade+0.07*sin(2*PI*130.81*t)+0.05*sin(2*PI*196*t)':sample_rate=44100:duration=$seconds[s];
[s]afade=in:duration=0.5,afade=out:start_time=$((seconds - 1)):duration=1[a]"

ffmpeg -nostdin -v error -y -filter_complex "$picture" -filter_complex "$tone" -map '[v]' -map '[a]' \
	-threads 1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
	-c:v wmv2 -b:v 280k -g 50 -c:a wmav2 -b:a 64k -packet_size 1400 \
	-metadata title='Welcome to Caracal' -metadata author='The Caracal project' \
	-metadata copyright='Free to copy' -metadata comment='The clip inside the server' \
	-f asf internal/sample/welcome.wmv
