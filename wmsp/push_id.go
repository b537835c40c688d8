package wmsp

import "strings"

// MaxPushID is the longest push-id, bytes: [MS-WMHTTP] 3.2.3.
const MaxPushID = 255

// NoPushID is the push-id that asks for a new session, [MS-WMHTTP] 2.2.1.3.1.
const NoPushID = "0"

const cookiePushID = "push-id"

// ParsePushID finds the push-id in Cookie or Set-Cookie headers. Without one,
// and for one that cannot be, it returns NoPushID.
func ParsePushID(cookies ...string) string {
	for _, line := range cookies {
		for pair := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ';' || r == ',' }) {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if value = strings.Trim(value, `"`); strings.EqualFold(name, cookiePushID) && isPushID(value) {
				return value
			}
		}
	}
	return NoPushID
}

// isPushID says whether s is of visible characters, and can stand in a cookie.
func isPushID(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7F {
			return false
		}
	}
	return s != "" && len(s) <= MaxPushID
}

// pushCookie is the value of a Cookie or Set-Cookie header.
func pushCookie(id string) string { return cookiePushID + "=" + id }
