package api

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Accounts are who can log in. Nothing that it gives out is a secret.
type Accounts interface {
	// List gives accounts by name, those after one of that name.
	List(ctx context.Context, after string, limit int) ([]Account, error)
	Get(ctx context.Context, name string) (Account, error)
	Add(ctx context.Context, name, password string, groups []string) (Account, error)
	SetGroups(ctx context.Context, name string, groups []string) (Account, error)
	SetPassword(ctx context.Context, name, password string) error
	Remove(ctx context.Context, name string) error
	Groups(ctx context.Context) ([]Group, error)
}

// Account is what is told of one.
type Account struct {
	Name    string    `json:"name"`
	Groups  []string  `json:"groups"`
	Created time.Time `json:"created,omitzero"`
	Changed time.Time `json:"changed,omitzero"`
	ETag    string    `json:"etag"`
}

// Group is a group, and how many accounts are in it.
type Group struct {
	Name     string `json:"name"`
	Accounts int    `json:"accounts"`
}

// maxGroups is how many groups an account is in.
const maxGroups = 100

func (c *call) hasAccounts() error {
	if c.Options.Accounts == nil {
		return absent("accounts: the configuration's data: says where they are kept")
	}
	return nil
}

func (c *call) listAccounts() (reply, error) {
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	most, err := c.limit()
	if err != nil {
		return reply{}, err
	}
	after, _, err := c.cursor()
	if err != nil {
		return reply{}, err
	}
	list, err := c.Options.Accounts.List(c.ctx(), after, most+1)
	next := ""
	if len(list) > most {
		list, next = list[:most], cursorOf(list[most-1].Name)
	}
	if list == nil {
		list = []Account{}
	}
	return reply{body: accountList{list, next}}, err
}

func (c *call) addAccount() (reply, error) {
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	var in newAccount
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Name == "" || in.Password == "" || len(in.Groups) > maxGroups {
		return reply{}, Errorf(http.StatusBadRequest, "say the name and the password of the account, and %d groups at most", maxGroups)
	}
	a, err := c.Options.Accounts.Add(c.ctx(), in.Name, in.Password, in.Groups)
	return reply{status: http.StatusCreated, body: a, etag: a.ETag, location: "/api/accounts/" + url.PathEscape(a.Name)}, err
}

func (c *call) getAccount() (reply, error) {
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	a, err := c.Options.Accounts.Get(c.ctx(), c.r.PathValue("account"))
	return reply{body: a, etag: a.ETag}, err
}

// ifAccount does something to an account that is as If-Match says.
func (c *call) ifAccount(do func(name string) (reply, error)) (reply, error) {
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	c.accounts.Lock()
	defer c.accounts.Unlock()
	a, err := c.Options.Accounts.Get(c.ctx(), c.r.PathValue("account"))
	if err == nil {
		err = c.match(a.ETag)
	}
	if err != nil {
		return reply{}, err
	}
	return do(a.Name)
}

func (c *call) changeAccount() (reply, error) {
	var in newGroups
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Groups == nil || len(*in.Groups) > maxGroups {
		return reply{}, Errorf(http.StatusBadRequest, "say the groups of the account, %d at most", maxGroups)
	}
	return c.ifAccount(func(name string) (reply, error) {
		a, err := c.Options.Accounts.SetGroups(c.ctx(), name, *in.Groups)
		return reply{body: a, etag: a.ETag}, err
	})
}

// setPassword ends the sessions of the account as well: whoever had the old password
// may be in one.
func (c *call) setPassword() (reply, error) {
	var in newPassword
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Password == "" {
		return reply{}, Errorf(http.StatusBadRequest, "say the new password")
	}
	return c.ifAccount(func(name string) (reply, error) {
		err := c.Options.Accounts.SetPassword(c.ctx(), name, in.Password)
		if err == nil {
			c.sessions.endAll(name, c.sess)
		}
		return reply{}, err
	})
}

func (c *call) removeAccount() (reply, error) {
	return c.ifAccount(func(name string) (reply, error) {
		err := c.Options.Accounts.Remove(c.ctx(), name)
		if err == nil {
			c.sessions.endAll(name, nil)
		}
		return reply{}, err
	})
}

func (c *call) listGroups() (reply, error) {
	if err := c.hasAccounts(); err != nil {
		return reply{}, err
	}
	groups, err := c.Options.Accounts.Groups(c.ctx())
	if err != nil {
		return reply{}, err
	}
	page, next, err := pagedInOrder(c, groups, func(g Group) string { return g.Name })
	return reply{body: groupList{page, next}}, err
}
