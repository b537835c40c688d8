package wmsp

import "caracal/internal/head"

// MaxHead is the longest HTTP head, bytes, including the blank line.
const MaxHead = 16 << 10

const (
	statusTargetTooLong  = 414
	statusHeadTooLarge   = 431
	statusVersionUnknown = 505
)

// protocol is HTTP for package head.
var protocol = head.Protocol{Name: "HTTP", MaxHead: MaxHead, TooLarge: statusHeadTooLarge, NeedMore: ErrNeedMore}
