#!/usr/bin/env bash
# Installs the programs that the tests drive. It does nothing when they are all
# there, and fails when one is missing that it cannot install.
set -euo pipefail

# A Debian package for each thing that must be there: a command, or a file.
needs=(
	ca-certificates file:/etc/ssl/certs/ca-certificates.crt
	ffmpeg      command:ffmpeg
	vlc-bin     command:cvlc
	vlc-plugin-base file:/usr/lib/*/vlc/plugins/access/libaccess_mms_plugin.so
	mplayer     command:mplayer
	libmms-dev  file:/usr/include/libmms/mmsx.h
	gstreamer1.0-tools command:gst-launch-1.0
	gstreamer1.0-plugins-good file:/usr/lib/*/gstreamer-1.0/libgstrtsp.so
	gstreamer1.0-plugins-ugly file:/usr/lib/*/gstreamer-1.0/libgstasf.so
	gstreamer1.0-libav file:/usr/lib/*/gstreamer-1.0/libgstlibav.so
	gcc         command:cc
	libc6-dev   file:/usr/include/stdio.h
	tcpdump     command:tcpdump
	tshark      command:tshark
	glib-networking file:/usr/lib/*/gio/modules/libgiognutls.so
	curl        command:curl
	openssl     command:openssl
	nginx-light file:/usr/sbin/nginx
	iproute2    command:ip
	nftables    command:nft
	libxml2-utils command:xmllint
	w3m         command:w3m
	krb5-kdc    file:/usr/sbin/krb5kdc
	krb5-admin-server file:/usr/sbin/kadmin.local
	krb5-user   command:kinit
	libkrb5-dev file:/usr/include/gssapi/gssapi_krb5.h
	gss-ntlmssp file:/usr/lib/*/gssntlmssp/gssntlmssp.so
	winbind     command:ntlm_auth
	goaccess    command:goaccess
	tidy        command:tidy
	chromium    command:chromium
	nodejs      command:node
	npm         command:npm
	erlang-asn1 file:/usr/lib/erlang/lib/asn1-*/ebin/asn1ct.beam
)

present() {
	case $1 in
	command:*) command -v "${1#command:}" >/dev/null ;;
	file:*) compgen -G "${1#file:}" >/dev/null ;;
	esac
}

missing() {
	for ((i = 0; i < ${#needs[@]}; i += 2)); do
		present "${needs[i + 1]}" || echo "${needs[i]}"
	done
}

mapfile -t packages < <(missing)
[ ${#packages[@]} -gt 0 ] || exit 0

echo "deps: missing: ${packages[*]}"
if ! command -v apt-get >/dev/null; then
	echo "deps: this machine has no apt-get; install these by hand" >&2
	exit 1
fi
root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
	root=(sudo "${root[@]}")
fi
echo "deps: ${root[*]} apt-get install --no-install-recommends ${packages[*]}"
"${root[@]}" apt-get update -q
"${root[@]}" apt-get install -y -q --no-install-recommends "${packages[@]}"

mapfile -t packages < <(missing)
if [ ${#packages[@]} -gt 0 ]; then
	echo "deps: installed, and yet missing: ${packages[*]}" >&2
	exit 1
fi
echo "deps: all present"
