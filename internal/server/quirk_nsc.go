package server

import (
	"slices"
	"strings"

	"caracal/internal/head"
)

// nscReader says what somebody who asks for an announcement does with an .nsc file.
type nscReader uint8

const (
	noReader  nscReader = iota
	byBrowser           // hands the announcement to Windows Media Player, or to another
	byPlayer            // Windows Media Player itself
)

// notWMP are the versions that programs give themselves which know no .nsc files:
// FFmpeg, MPlayer and libmms, libmms over MMS, VLC. The first was Windows Media
// Player 6.4's too; it gets what they get.
var notWMP = []string{"NSPlayer/4.1.0.3856", "NSPlayer/7.0.0.1956", "NSPlayer/7.10.0.3059"}

// nscReaderOf tells Windows Media Player and the browsers that start it. VLC reads
// .nsc files and plays nothing then, and all REFs of an announcement one after the
// other; MPlayer and FFmpeg cannot read them.
func nscReaderOf(a head.Agent) nscReader {
	product, _, _ := strings.Cut(a.Raw, " ")
	switch {
	case a.Is("Windows-Media-Player"):
		return byPlayer
	case a.Is("NSPlayer") && !slices.Contains(notWMP, strings.TrimRight(product, ";")):
		return byPlayer
	case a.Is("Mozilla") && strings.Contains(a.Raw, "Windows") && (strings.Contains(a.Raw, "MSIE ") || strings.Contains(a.Raw, "Trident/")):
		return byBrowser
	}
	return noReader
}
