package arch

import "slices"

// A row says what the packages that match its pattern may import directly.
// A pattern is a package below the module's root, or with "/..." after it that
// package and all below; packages of one pattern may import each other.
type row struct {
	packages string
	may      []string // patterns of our own packages; modules are not held here
	never    []string // patterns of standard-library packages
	pure     bool     // the standard library only, and no network beneath it
}

const anything = "..."

var (
	streaming = []string{"rtsp/...", "mms/...", "wmsp/...", "msb/..."}

	streamingMay = []string{
		"asf", "internal/point", "internal/session", "internal/auth",
		"internal/event", "internal/pace", "internal/announce", "internal/udp", "internal/front",
		"internal/head", "internal/cdl", "internal/pull", "internal/cachecontrol", "internal/remote", "internal/credential",
	}
	collaborationMay = []string{
		"conf", "internal/session", "internal/auth", "internal/event", "internal/store",
		"internal/ber", "internal/per", "internal/udp", "internal/media",
	}
)

var table = []row{
	{packages: "asf", pure: true},

	{packages: "internal/redact"},
	{packages: "internal/event", may: []string{"internal/redact"}},
	{packages: "internal/pace"},
	{packages: "internal/ber", pure: true},
	{packages: "internal/per", pure: true},
	{packages: "internal/asn1ref"}, // of tests
	{packages: "internal/udp"},
	{packages: "internal/media"},
	{packages: "internal/store"},
	{packages: "internal/announce"},
	{packages: "internal/sample"},
	{packages: "internal/head"},
	{packages: "internal/cachecontrol", may: []string{"internal/head"}},
	{packages: "internal/remote", may: []string{"internal/cdl"}},
	{packages: "internal/pull", may: []string{"internal/cachecontrol", "internal/head"}}, // what the Clients of the front-ends share
	{packages: "internal/cdl", may: []string{"asf"}},
	{packages: "internal/inspect", may: []string{"asf"}}, // what probe and the API show

	{packages: "internal/auth", may: []string{"internal/event", "internal/store", "internal/auth/..."}},
	{packages: "internal/auth/parameter", pure: true},
	{packages: "internal/credential", may: []string{"internal/auth/ntlm", "internal/auth/parameter"}}, // what the Clients log in with
	{packages: "internal/auth/access"},
	{packages: "internal/auth/authtest"},
	{packages: "internal/auth/ntlm", never: []string{"net/...", "os/..."}}, // a codec and two roles: tokens in, tokens out
	{packages: "internal/auth/spnego", may: []string{"internal/ber"}, pure: true},
	{packages: "internal/auth/kerberos", may: []string{"internal/ber"}, never: []string{"net/..."}}, // os reads the keytab
	{packages: "internal/auth/negotiate", may: []string{
		"internal/auth/ntlm", "internal/auth/kerberos", "internal/auth/spnego",
	}, never: []string{"net/...", "os/..."}},
	{packages: "internal/session", may: []string{"internal/event", "internal/store", "internal/redact"}},
	{packages: "internal/config", may: []string{"internal/event", "internal/store", "internal/auth/access", "internal/redact", "internal/credential"}},

	{packages: "internal/point", may: []string{
		"asf", "internal/session", "internal/pace", "internal/event", "internal/cachecontrol",
	}},
	{packages: "internal/front", may: []string{"internal/pace", "internal/event", "internal/remote", "internal/forward", "internal/auth"}},
	{packages: "internal/playlist", may: []string{
		"internal/point", "internal/event", "internal/playlist/markup", "internal/playlist/wsx", "internal/playlist/metafile",
	}, never: []string{"net", "net/http"}},
	{packages: "internal/playlist/markup", pure: true},
	{packages: "internal/playlist/wsx", may: []string{"internal/playlist/markup"}, pure: true},
	{packages: "internal/playlist/metafile", may: []string{"internal/playlist/markup", "internal/playlist/wsx"}, pure: true},
	{packages: "internal/wmlog", may: []string{"internal/event", "internal/redact"}},
	{packages: "internal/metrics", may: []string{"internal/event"}},
	{packages: "internal/hook", may: []string{"internal/event", "internal/redact"}},
	{packages: "internal/cert"},
	{packages: "internal/forward"}, // whose requests a proxy sends
	{packages: "internal/oplog", may: []string{"internal/redact"}},

	{packages: "rtsp/...", may: streamingMay},
	{packages: "mms/...", may: streamingMay},
	{packages: "wmsp/...", may: streamingMay},
	{packages: "msb/...", may: streamingMay},

	{packages: "conf", may: []string{
		"internal/session", "internal/event", "internal/auth", "internal/store", "internal/media",
	}},
	{packages: "sip/...", may: collaborationMay},
	{packages: "t120/...", may: collaborationMay},
	{packages: "conf/dplay/...", may: collaborationMay},
	{packages: "conf/h323/...", may: collaborationMay},
	{packages: "conf/ils/...", may: collaborationMay},
	{packages: "conf/tapi/...", may: collaborationMay},

	{packages: "internal/source", may: slices.Concat(streaming, []string{
		"asf", "internal/point", "internal/playlist", "internal/event", "internal/pull", "internal/head", "internal/credential",
	})},
	{packages: "internal/proxy", may: slices.Concat(streaming, []string{
		"asf", "internal/point", "internal/playlist", "internal/event", "internal/pull", "internal/source",
		"internal/cachecontrol", "internal/head", "internal/remote", "internal/cdl", "internal/credential",
	})},
	{packages: "internal/load", may: slices.Concat(streaming, []string{"asf", "internal/head"})},
	{packages: "web/...", may: []string{
		"internal/session", "internal/point", "internal/config", "internal/auth",
		"internal/event", "internal/metrics", "conf",
	}},

	{packages: "internal/server/...", may: []string{anything}},
	{packages: "cmd/...", may: []string{anything}},

	// Packages of tests only.
	{packages: "internal/arch"},
	{packages: "internal/vector"},
	{packages: "internal/memnet"},
	{packages: "internal/certtest"},
	{packages: "internal/auth/kdctest", may: []string{"internal/auth/kerberos"}},
	{packages: "internal/fronttest", may: []string{
		"asf", "internal/event", "internal/front", "internal/memnet", "internal/pace", "internal/point", "internal/pull",
		"internal/session", "internal/source", "internal/store", "internal/auth", "internal/auth/access", "internal/auth/ntlm",
	}},
	{packages: "interop"},
}
