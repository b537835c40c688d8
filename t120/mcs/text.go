package mcs

import (
	"fmt"
	"strings"
)

// String is the PDU for people: its kind, and the fields that it has.
func (p PDU) String() string {
	var b strings.Builder
	b.WriteString(p.Kind.String())
	say := func(name string, has bool, value any) {
		if has {
			fmt.Fprintf(&b, " %s=%v", name, value)
		}
	}
	say("result", p.Result != 0, p.Result)
	switch p.Kind {
	case DetachUserRequest, DetachUserIndication, DisconnectProviderUltimatum:
		say("reason", true, p.Reason)
	case TokenGrabConfirm, TokenInhibitConfirm, TokenGiveConfirm, TokenReleaseConfirm, TokenTestConfirm:
		say("status", true, p.Status)
	case RejectUltimatum:
		say("diagnostic", true, p.Diagnostic)
	}
	say("initiator", p.Initiator != 0, p.Initiator)
	say("requested", p.Kind == ChannelJoinConfirm, p.Requested)
	say("channel", p.Channel != 0, p.Channel)
	say("token", p.Token != 0, p.Token)
	say("recipient", p.Recipient != 0, p.Recipient)
	say("users", p.Users != nil, p.Users)
	say("channels", p.Channels != nil, p.Channels)
	say("tokens", p.Tokens != nil, p.Tokens)
	say("merged", p.Merged != nil, len(p.Merged))
	say("held", p.Held != nil, len(p.Held))
	say("height", p.Height != 0, p.Height)
	if isData(p.Kind) {
		fmt.Fprintf(&b, " %s, %d octets", p.Priority, len(p.Data))
	}
	return b.String()
}
