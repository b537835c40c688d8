package gcc

import "caracal/internal/per"

// challenge passes over a challenge and its answer. Caracal asks for passwords in the
// clear only, which is what NetMeeting has; it writes neither.
func challenge(c *per.Coder) {
	var asked, answered bool
	extended := c.Extensible()
	c.Optional(&asked, &answered)
	if asked {
		challengeRequest(c)
	}
	if answered {
		challengeResponse(c)
	}
	c.Additions(extended)
}

func challengeRequest(c *per.Coder) {
	var tag int64
	var items []struct{}
	extended := c.Extensible()
	per.Any(c, &tag)
	per.List(c, &items, 0, -1, func(*struct{}) {
		more := c.Extensible()
		algorithm(c)
		var data []UserData
		userData(c, true, &data)
		c.Additions(more)
	})
	c.Additions(extended)
}

func challengeResponse(c *per.Coder) {
	var tag int64
	extended := c.Extensible()
	per.Any(c, &tag)
	algorithm(c)
	at := 0
	c.Choice(&at, 2, true, func() {
		switch at {
		case 0:
			(&Selector{}).code(c)
		case 1:
			var data []UserData
			userData(c, true, &data)
		default:
			c.Skip()
		}
	})
	c.Additions(extended)
}

func algorithm(c *per.Coder) {
	at := 0
	c.Choice(&at, 2, true, func() {
		switch at {
		case 0:
		case 1:
			(&NonStandard{}).code(c)
		default:
			c.Skip()
		}
	})
}
