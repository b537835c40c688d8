package asf

// ScriptCommand lists texts for the Player to act on at given times. ASF
// specification 3.6.
type ScriptCommand struct {
	Reserved GUID   // ReservedScriptCommand
	Types    []Text // without terminating zeros, such as "URL"
	Commands []ScriptCommandEntry
}

// ScriptCommandEntry is one command.
type ScriptCommandEntry struct {
	PresentationTime uint32 // ms
	Type             uint16 // index into Types
	Name             Text   // the command's value, without terminating zero
}

func (o *ScriptCommand) ID() GUID { return IDScriptCommand }

func (o *ScriptCommand) Size() int {
	n := 44
	for _, t := range o.Types {
		n += 2 + len(wide(t))
	}
	for _, e := range o.Commands {
		n += 8 + len(wide(e.Name))
	}
	return n
}

func (o *ScriptCommand) parse(c *objectCursor) {
	o.Reserved = c.guid()
	commands := c.u16()
	o.Types = make([]Text, c.count(uint32(c.u16()), 2))
	for i := range o.Types {
		o.Types[i] = c.take(2 * int(c.u16()))
	}
	o.Commands = make([]ScriptCommandEntry, c.count(uint32(commands), 8))
	for i := range o.Commands {
		e := &o.Commands[i]
		e.PresentationTime = c.u32()
		e.Type = c.u16()
		e.Name = c.take(2 * int(c.u16()))
	}
}

func (o *ScriptCommand) Append(b []byte) []byte {
	b, at := beginObject(b, IDScriptCommand)
	b = append(b, o.Reserved[:]...)
	b = le.AppendUint16(b, uint16(len(o.Commands)))
	b = le.AppendUint16(b, uint16(len(o.Types)))
	for _, t := range o.Types {
		b = appendWide(b, t)
	}
	for _, e := range o.Commands {
		b = le.AppendUint32(b, e.PresentationTime)
		b = le.AppendUint16(b, e.Type)
		b = appendWide(b, e.Name)
	}
	return endObject(b, at)
}
