package gcc

import (
	"fmt"
	"strings"
)

// sample is a message with the term that makes Erlang encode the same. In terms x stands
// for the name of a record, and none for what is not there.
type sample[M any] struct {
	message M
	term    string
}

// word is a text as Erlang has BMPString.
func word(s string) string {
	var list []string
	for _, r := range s {
		list = append(list, fmt.Sprintf("{0,0,%d,%d}", r>>8, r&255))
	}
	return "[" + strings.Join(list, ",") + "]"
}

var (
	duca    = Key{NonStandard: "Duca"}
	t126    = Key{Object: "\x00\x14\x7e\x00\x01"}
	data    = []UserData{{Key: duca, Value: []byte("hello")}, {Key: t126}}
	other   = NonStandard{Key: duca, Data: []byte{1, 2}}
	rules   = Rules{Locked: true, Conductible: true, Manual: true, Conductor: []Privilege{MayTerminate, MayTransfer}, NotConducted: []Privilege{MayAdd}, Description: "Möte"}
	minutes = func(v Rights) *Rights { return &v }(Public)
)

const (
	ducaTerm  = `{nonStandard, <<"Duca">>}`
	t126Term  = `{object, {0,0,20,126,0,1}}`
	dataTerm  = `[{x, ` + ducaTerm + `, <<"hello">>}, {x, ` + t126Term + `, none}]`
	otherTerm = `{x, ` + ducaTerm + `, <<1,2>>}`
)

func tag(n int64) *int64 { return &n }

func startupOf(t ChannelType) *ChannelType { return &t }

func reach() []Address {
	return []Address{
		{Transport: []byte{10, 0, 10, 12}, Selector: []byte{5, 0xDF}}, {Transport: []byte{1}}, {Other: &other},
		{Number: &Number{Modes: [18]bool{0: true, 17: true}, International: "4631123456", Sub: "12", Extra: "#1*,9", High: &[7]bool{6: true}}},
		{Number: &Number{International: "1"}},
	}
}

func reachTerm() string {
	modes := "{x" + ",true" + strings.Repeat(",false", 16) + ",true}"
	none := "{x" + strings.Repeat(",false", 18) + "}"
	return `[{transport, {x, <<10,0,10,12>>, <<5,223>>}}, {transport, {x, <<1>>, none}}, {other, ` + otherTerm + `},
		{number, {x, ` + modes + `, "4631123456", "12", "#1*,9", {x,false,false,false,false,false,false,true}}},
		{number, {x, ` + none + `, "1", none, none, none}}]`
}

func connectSamples() []sample[Connect] {
	return []sample[Connect]{
		{&CreateRequest{Name: Name{Numeric: "1"}, UserData: []UserData{{Key: duca, Value: []byte{1, 2, 3}}}},
			`{createRequest, {x, {x, "1", none, none}, none, none, false, false, false, automatic, none, none, none, none, none, [{x, ` + ducaTerm + `, <<1,2,3>>}]}}`},
		{&CreateRequest{Name: Name{"42", "text", "Möte€"}, ConvenerPassword: &Name{Numeric: "1"}, Password: &Name{Numeric: "2", Text: "secret"}, Rules: rules, Caller: "Ada", UserData: data},
			`{createRequest, {x, {x, "42", ` + word("text") + `, ` + word("Möte€") + `}, {x, "1", none, none}, {x, "2", ` + word("secret") + `, none}, true, false, true, manual,
			[terminate, transfer], none, [add], ` + word("Möte") + `, ` + word("Ada") + `, ` + dataTerm + `}}`},
		{&CreateResponse{Node: 1001, Tag: 1, UserData: []UserData{{Key: Key{NonStandard: "McDn"}, Value: []byte{9}}}},
			`{createResponse, {x, 1001, 1, success, [{x, {nonStandard, <<"McDn">>}, <<9>>}]}}`},
		{&CreateResponse{Node: 65535, Tag: -70000, Result: CreateNoLocks}, `{createResponse, {x, 65535, -70000, locks, none}}`},
		{&QueryRequest{Type: MCU, Asymmetry: &Asymmetry{Kind: 2, Random: 1<<32 - 1}, UserData: data}, `{queryRequest, {x, mcu, {random, 4294967295}, ` + dataTerm + `}}`},
		{&QueryRequest{Asymmetry: &Asymmetry{}}, `{queryRequest, {x, terminal, {calling, 'NULL'}, none}}`},
		{&QueryResponse{Type: MultiportTerminal, Conferences: []Descriptor{{Name: Name{Numeric: "7"}}, {Name: Name{Numeric: "8", Text: "b"}, Modifier: "3", Description: "d", Locked: true, Password: true, Addresses: reach()}}},
			`{queryResponse, {x, multiport, none, [{x, {x, "7", none, none}, none, none, false, false, none},
			{x, {x, "8", ` + word("b") + `, none}, "3", ` + word("d") + `, true, true, ` + reachTerm() + `}], success, none, none}}`},
		{&QueryResponse{Asymmetry: &Asymmetry{Kind: 1}, Rejected: true, Wait: true, UserData: data}, `{queryResponse, {x, terminal, {called, 'NULL'}, [], rejected, ` + dataTerm + `, true}}`},
		{&JoinRequest{Conference: &Selector{Numeric: "5"}}, `{joinRequest, {x, {numeric, "5"}, none, none, none, none, none, none}}`},
		{&JoinRequest{Conference: &Selector{Text: "room"}, Modifier: "1", Tag: tag(9), Password: &Challenge{Password: Selector{Unicode: "pässwörd"}}, ConvenerPassword: &Selector{Numeric: "6"}, Caller: "Bo", UserData: data},
			`{joinRequest, {x, {text, ` + word("room") + `}, "1", 9, {clear, {unicode, ` + word("pässwörd") + `}}, {numeric, "6"}, ` + word("Bo") + `, ` + dataTerm + `}}`},
		{&JoinResponse{Node: 1002, Top: 1001, Tag: 3, Alias: &Selector{Text: "alias"}, PasswordRequired: true, Rules: rules, Password: &Challenge{Other: true}, Result: JoinBadPassword, UserData: data},
			`{joinResponse, {x, 1002, 1001, 3, {text, ` + word("alias") + `}, true, true, false, true, manual, [terminate, transfer], none, [add], ` + word("Möte") + `, {other, {x, none, none}}, password, ` + dataTerm + `}}`},
		{&JoinResponse{Top: 1001, Rules: Rules{Listed: true}}, `{joinResponse, {x, none, 1001, 0, none, false, false, true, false, automatic, none, none, none, none, none, success, none}}`},
		{&InviteRequest{Name: Name{Numeric: "1", Text: "Personal"}, Node: 1001, Top: 1001, Tag: 12345, Rules: rules, Caller: "CLIENTXP01", UserData: data},
			`{inviteRequest, {x, {x, "1", ` + word("Personal") + `, none}, 1001, 1001, 12345, false, true, false, true, manual, [terminate, transfer], none, [add], ` + word("Möte") + `, ` + word("CLIENTXP01") + `, ` + dataTerm + `}}`},
		{&InviteResponse{Rejected: true, UserData: data}, `{inviteResponse, {x, rejected, ` + dataTerm + `}}`},
	}
}

func controlSamples() []sample[Control] {
	list := append(requestSamples(), responseSamples()...)
	return append(append(list, indicationSamples()...), rosterSamples()...)
}

var (
	session      = Session{Protocol: t126, ID: 9}
	registryKey  = RegistryKey{Session: session, Resource: "res"}
	sessionTerm  = `{x, ` + t126Term + `, 9}`
	registryTerm = `{x, ` + sessionTerm + `, <<"res">>}`
	transfer     = Transfer{Conference: Selector{Numeric: "1"}, Modifier: "2", Addresses: []Address{{Transport: []byte{1}}}, Nodes: []uint16{1001, 1002}, Password: &Selector{Text: "p"}}
	transferTerm = `{x, {numeric, "1"}, "2", [{transport, {x, <<1>>, none}}], [1001, 1002], {text, ` + word("p") + `}}`
)

func requestSamples() []sample[Control] {
	e := entry{Entity: 65535, Key: registryKey}
	entryTerm := `{x, 65535, ` + registryTerm + `}`
	return []sample[Control]{
		{&JoinRequest{Tag: tag(1)}, `{request, {join, {x, none, none, 1, none, none, none, none}}}`},
		{&AddRequest{Addresses: reach(), Node: 1002, Tag: 5, MCU: 1001, UserData: data}, `{request, {add, {x, ` + reachTerm() + `, 1002, 5, 1001, ` + dataTerm + `}}}`},
		{&LockRequest{}, `{request, {lock, {x}}}`}, {&UnlockRequest{}, `{request, {unlock, {x}}}`},
		{&TerminateRequest{Reason: ByTime}, `{request, {terminate, {x, time}}}`},
		{&EjectRequest{Node: 1002}, `{request, {eject, {x, 1002, user}}}`},
		{&TransferRequest{transfer}, `{request, {transfer, ` + transferTerm + `}}`},
		{&RegisterChannelRequest{e, 1005}, `{request, {registerChannel, {x, 65535, ` + registryTerm + `, 1005}}}`},
		{&AssignTokenRequest{e}, `{request, {assignToken, ` + entryTerm + `}}`},
		{&SetParameterRequest{e, []byte("value"), minutes}, `{request, {setParameter, {x, 65535, ` + registryTerm + `, <<"value">>, public}}}`},
		{&SetParameterRequest{entry{Key: RegistryKey{Session: Session{Protocol: duca}}}, []byte{}, nil}, `{request, {setParameter, {x, 0, {x, {x, ` + ducaTerm + `, none}, <<>>}, <<>>, none}}}`},
		{&RetrieveEntryRequest{e}, `{request, {retrieve, ` + entryTerm + `}}`}, {&DeleteEntryRequest{e}, `{request, {delete, ` + entryTerm + `}}`},
		{&MonitorEntryRequest{e}, `{request, {monitor, ` + entryTerm + `}}`},
		{&AllocateHandleRequest{Entity: 1, Number: 1024}, `{request, {allocate, {x, 1, 1024}}}`},
		{&NonStandardRequest{other}, `{request, {nonStandard, {x, ` + otherTerm + `}}}`},
	}
}

func responseSamples() []sample[Control] {
	return []sample[Control]{
		{&JoinResponse{Top: 1001, Tag: 1, Result: JoinNoConference}, `{response, {join, {x, none, 1001, 1, none, false, false, false, false, automatic, none, none, none, none, none, conference, none}}}`},
		{&AddResponse{Tag: 5, Result: NotConnected, UserData: data}, `{response, {add, {x, 5, r7, ` + dataTerm + `}}}`},
		{&LockResponse{Third}, `{response, {lock, {x, already}}}`}, {&UnlockResponse{InvalidRequester}, `{response, {unlock, {x, requester}}}`},
		{&TerminateResponse{InvalidRequester}, `{response, {terminate, {x, requester}}}`},
		{&EjectResponse{1002, Third}, `{response, {eject, {x, 1002, node}}}`},
		{&TransferResponse{Conference: Selector{Text: "t"}, Modifier: "2", Nodes: []uint16{65535}}, `{response, {transfer, {x, {text, ` + word("t") + `}, "2", [65535], success}}}`},
		{&RegistryResponse{Entity: 2, Order: AssignToken, Key: registryKey, Item: Item{Kind: TokenItem, ID: 16384}, Owner: Owner{1002, 2}, Rights: minutes, Result: EntryExists},
			`{response, {registry, {x, 2, o1, ` + registryTerm + `, {token, 16384}, {owned, {x, 1002, 2}}, public, r5}}}`},
		{&RegistryResponse{Order: MonitorEntry, Key: registryKey, Item: Item{Kind: Vacant}, Result: EntryNotFound}, `{response, {registry, {x, 0, o5, ` + registryTerm + `, {vacant, 'NULL'}, {notOwned, 'NULL'}, none, r4}}}`},
		{&AllocateHandleResponse{Entity: 1, Number: 1, First: 1<<32 - 1, None: true}, `{response, {allocate, {x, 1, 1, 4294967295, none_}}}`},
		{&NotSupported{Request: &LockRequest{}}, `{response, {notSupported, {x, {lock, {x}}}}}`},
		{&NonStandardResponse{other}, `{response, {nonStandard, {x, ` + otherTerm + `}}}`},
	}
}

func indicationSamples() []sample[Control] {
	return []sample[Control]{
		{&UserIDIndication{-1}, `{indication, {userId, {x, -1}}}`},
		{&LockIndication{}, `{indication, {lock, {x}}}`}, {&UnlockIndication{}, `{indication, {unlock, {x}}}`},
		{&TerminateIndication{}, `{indication, {terminate, {x, user}}}`}, {&EjectIndication{1003, HigherEjected}, `{indication, {eject, {x, 1003, ejected}}}`},
		{&TransferIndication{transfer}, `{indication, {transfer, ` + transferTerm + `}}`},
		{&TransferIndication{Transfer{Conference: Selector{Unicode: "u"}}}, `{indication, {transfer, {x, {unicode, ` + word("u") + `}, none, none, none, none}}}`},
		{&InvokeIndication{Applications: []Invocation{
			{Session: session, Expected: []Expected{{ID: CapabilityID{Standard: 7}, Class: Class{UnsignedMax, 70000}}, {ID: CapabilityID{NonStandard: &duca}}}, Startup: startupOf(DynamicPrivate), Mandatory: true},
			{Session: Session{Protocol: duca}},
		}, Nodes: []uint16{1001}},
			`{indication, {invoke, {x, [{x, ` + sessionTerm + `, [{x, {standard, 7}, {max, 70000}}, {x, {nonStandard, ` + ducaTerm + `}, {logical, 'NULL'}}], private, true},
			{x, {x, ` + ducaTerm + `, none}, none, none, false}], [1001]}}}`},
		{&MonitorEntryIndication{Key: registryKey, Item: Item{Kind: ParameterItem, Parameter: []byte{1}}, Owner: Owner{65535, 1}, Rights: minutes},
			`{indication, {monitor, {x, ` + registryTerm + `, {parameter, <<1>>}, {owned, {x, 65535, 1}}, public}}}`},
		{&MonitorEntryIndication{Key: registryKey, Item: Item{Kind: ChannelItem, ID: 1009}}, `{indication, {monitor, {x, ` + registryTerm + `, {channel, 1009}, {notOwned, 'NULL'}, none}}}`},
		{&ConductorAssign{1001}, `{indication, {conductor, {x, 1001}}}`}, {&ConductorRelease{}, `{indication, {released, {x}}}`},
		{&PermissionAsk{true}, `{indication, {ask, {x, true}}}`}, {&PermissionGrant{[]uint16{1001, 1002}, []uint16{1003}}, `{indication, {grant, {x, [1001, 1002], [1003]}}}`},
		{&TimeRemaining{-1, 1001}, `{indication, {remaining, {x, -1, 1001}}}`}, {&TimeRemaining{3600, 0}, `{indication, {remaining, {x, 3600, none}}}`},
		{&TimeInquire{true}, `{indication, {inquire, {x, true}}}`}, {&TimeExtend{-1 << 31, true}, `{indication, {extend, {x, -2147483648, true}}}`},
		{&Assistance{data}, `{indication, {assistance, {x, ` + dataTerm + `}}}`}, {&TextMessage{"Hej då €"}, `{indication, {text, {x, ` + word("Hej då €") + `}}}`},
		{&NonStandardIndication{other}, `{indication, {nonStandard, {x, ` + otherTerm + `}}}`},
	}
}

func rosterSamples() []sample[Control] {
	full := &Node{Superior: 1001, Type: Terminal, Management: true, Name: "CLIENTXP02", Participants: []string{"Ada", "Bo"}, Site: "Lab", Addresses: reach(), H243: []byte{1, 2}, UserData: data}
	fullTerm := `{x, 1001, terminal, {x, true, false}, ` + word("CLIENTXP02") + `, [` + word("Ada") + `,` + word("Bo") + `], ` + word("Lab") + `, ` + reachTerm() + `, {h243, <<1,2>>}, ` + dataTerm + `}`
	bare := &Node{Type: MCU, Peripheral: true}
	const bareTerm = `{x, none, mcu, {x, false, true}, none, none, none, none, none, none}`
	app := &Application{Active: true, Conducting: true, Startup: startupOf(Static), User: 1005, Own: []Capability{{ID: CapabilityID{Standard: 65535}, Data: []byte{1}}, {ID: CapabilityID{NonStandard: &t126}}}}
	const appTerm = `{x, true, true, static, 1005, [{x, {standard, 65535}, <<1>>}, {x, {nonStandard, ` + t126Term + `}, none}]}`
	const noneTerm = `{x, false, false, none, none, none}`
	return []sample[Control]{
		{&RosterUpdate{Instance: 65535, Added: true}, `{indication, {roster, {x, false, {x, {same, 'NULL'}, 65535, true, false}, []}}}`},
		{&RosterUpdate{Full: true, Change: Refresh, Nodes: []NodeEntry{{Node: 1001, Record: bare}, {Node: 1002, Record: full}}, Removed: true,
			Applications: []SessionRoster{
				{Session: session, Change: Refresh, Entries: []ApplicationEntry{{Node: 1002, Entity: 1, Record: app}}, Collapses: Refresh,
					Capabilities: []Collapsed{{ID: CapabilityID{Standard: 1}, Class: Class{UnsignedMin, 5}, Entities: 65536}, {ID: CapabilityID{NonStandard: &duca}, Entities: 1}}, Instance: 3, Added: true},
				{Session: Session{Protocol: duca}},
			}},
			`{indication, {roster, {x, true, {x, {refresh, [{x, 1001, ` + bareTerm + `}, {x, 1002, ` + fullTerm + `}]}, 0, false, true},
			[{x, ` + sessionTerm + `, {refresh, [{x, 1002, 1, ` + appTerm + `}]}, {refresh, [{x, {standard, 1}, {min, 5}, 65536}, {x, {nonStandard, ` + ducaTerm + `}, {logical, 'NULL'}, 1}]}, 3, true, false},
			{x, {x, ` + ducaTerm + `, none}, {same, 'NULL'}, {same, 'NULL'}, 0, false, false}]}}}`},
		{&RosterUpdate{Change: Update, Nodes: []NodeEntry{{Node: 1002, Record: bare}, {Node: 1003, Edit: Replace, Record: full}, {Node: 1004, Edit: Remove}},
			Applications: []SessionRoster{{Session: session, Change: Update, Entries: []ApplicationEntry{
				{Node: 1001, Record: app}, {Node: 1002, Entity: 65535, Edit: Replace, Record: &Application{}}, {Node: 1003, Edit: Remove},
			}, Removed: true}}},
			`{indication, {roster, {x, false, {x, {update, [{x, 1002, {add, ` + bareTerm + `}}, {x, 1003, {replace, ` + fullTerm + `}}, {x, 1004, {remove, 'NULL'}}]}, 0, false, false},
			[{x, ` + sessionTerm + `, {update, [{x, 1001, 0, {add, ` + appTerm + `}}, {x, 1002, 65535, {replace, ` + noneTerm + `}}, {x, 1003, 0, {remove, 'NULL'}}]}, {same, 'NULL'}, 0, false, true}]}}}`},
	}
}
