// Who may do what nobody else may.

import { useState } from "preact/hooks";
import { isStale, post, put, remove } from "../api";
import { Button, Card, Empty, Head, Name, Notice, Read, Time } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/form";
import { Pager, usePages } from "../parts/pager";
import { Table } from "../parts/table";
import type { Account, AccountList, GroupList } from "../schema";

type Open = { what: "add" } | { what: "groups" | "password" | "remove"; account: Account };

export function AccountsPage() {
  const [open, setOpen] = useState<Open>();
  const accounts = usePages<AccountList>("/api/accounts", {});
  const groups = usePages<GroupList>("/api/groups", {});
  const close = () => {
    setOpen(undefined);
    accounts.again();
    groups.again();
  };
  /** Carries out what a dialog wants, with the account as it is by then. */
  const carry = async (order: (a: Account) => Promise<void>, account: Account) => {
    try {
      await order(accounts.value?.accounts.find((a) => a.name === account.name) ?? account);
    } catch (e) {
      if (isStale(e)) accounts.again();
      throw e;
    }
  };
  const names = groups.value?.groups.map((g) => g.name) ?? [];
  return (
    <div class="page">
      <Head title="Accounts"><Button kind="first" onClick={() => setOpen({ what: "add" })}>Add an account</Button></Head>
      <Card>
        <Read from={accounts}>
          {(list) => list.accounts.length === 0 ? (
            <Empty title="There are no accounts"><p>Without any, only programs on the server's own machine may give orders.</p></Empty>
          ) : <AccountTable accounts={list.accounts} onOpen={setOpen} />}
        </Read>
        <Pager of={accounts} />
      </Card>
      <Card title="Groups">
        <Read from={groups} lines={2}>
          {(list) => list.groups.length === 0 ? <p class="quiet">No account is in a group.</p> : (
            <Table label="Groups" rows={list.groups} id={(g) => g.name}
              columns={[{ name: "Name", cell: (g) => <Name>{g.name}</Name> }, { name: "Accounts", kind: "right", cell: (g) => <span class="number">{g.accounts}</span> }]} />
          )}
        </Read>
        <Pager of={groups} />
      </Card>
      {open?.what === "add" && <Adding groups={names} onClose={close} />}
      {open?.what === "groups" && <Groups account={open.account} groups={names} carry={carry} onClose={close} />}
      {open?.what === "password" && <Password account={open.account} carry={carry} onClose={close} />}
      {open?.what === "remove" && (
        <Dialog title={`Remove ${open.account.name}?`} does="Remove" danger onClose={close}
          onDo={() => carry((a) => remove(path(a), { etag: a.etag }), open.account)}>
          <p>Whoever has the password can no longer log in with it.</p>
        </Dialog>
      )}
    </div>
  );
}

const path = (a: Account) => `/api/accounts/${encodeURIComponent(a.name)}`;

const AccountTable = ({ accounts, onOpen }: { accounts: Account[]; onOpen: (o: Open) => void }) => (
  <Table label="Accounts" rows={accounts} id={(a) => a.name}
    columns={[
      { name: "Name", cell: (a) => <Name>{a.name}</Name> },
      { name: "Groups", cell: (a) => a.groups.length > 0 ? <Name>{a.groups.join(", ")}</Name> : <span class="quiet">none</span> },
      { name: "Changed", cell: (a) => (a.changed ? <Time at={a.changed} /> : "–") },
      {
        name: "Orders", kind: "end",
        cell: (a) => (
          <>
            <Button label={`Groups of ${a.name}`} onClick={() => onOpen({ what: "groups", account: a })}>Groups</Button>
            <Button label={`Password of ${a.name}`} onClick={() => onOpen({ what: "password", account: a })}>Password</Button>
            <Button label={`Remove ${a.name}`} onClick={() => onOpen({ what: "remove", account: a })}>Remove</Button>
          </>
        ),
      },
    ]} />
);

/** Names between commas. */
const names = (text: string) => [...new Set(text.split(",").map((s) => s.trim()).filter(Boolean))];

function Adding({ groups, onClose }: { groups: string[]; onClose: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [in_, setIn] = useState("");
  const act = async () => {
    await post("/api/accounts", { body: { name, password, groups: names(in_) } });
  };
  return (
    <Dialog title="Add an account" does="Add" onDo={act} onClose={onClose}>
      <Field label="Name" value={name} onInput={setName} required />
      <Field label="Password" type="password" value={password} onInput={setPassword} autocomplete="new-password" required />
      <GroupField value={in_} onInput={setIn} groups={groups} />
    </Dialog>
  );
}

const GroupField = (p: { value: string; onInput: (v: string) => void; groups: string[] }) => (
  <Field label="Groups" value={p.value} onInput={p.onInput}
    hint={`Commas between them.${p.groups.length ? ` There are: ${p.groups.join(", ")}.` : ""}`} />
);

interface ChangeProps {
  account: Account;
  carry: (order: (a: Account) => Promise<void>, account: Account) => Promise<void>;
  onClose: () => void;
}

function Groups({ account, groups, carry, onClose }: ChangeProps & { groups: string[] }) {
  const [in_, setIn] = useState(account.groups.join(", "));
  const act = () => carry((a) => put<void>(path(a), { etag: a.etag, body: { groups: names(in_) } }), account);
  return (
    <Dialog title={`Groups of ${account.name}`} does="Save" onDo={act} onClose={onClose}>
      <GroupField value={in_} onInput={setIn} groups={groups} />
    </Dialog>
  );
}

function Password({ account, carry, onClose }: ChangeProps) {
  const [one, setOne] = useState("");
  const [two, setTwo] = useState("");
  const act = async () => {
    if (one !== two) throw new Error("The two are not the same.");
    await carry((a) => put<void>(`${path(a)}/password`, { etag: a.etag, body: { password: one } }), account);
  };
  return (
    <Dialog title={`Another password for ${account.name}`} does="Save" onDo={act} onClose={onClose}>
      <Field label="Password" type="password" value={one} onInput={setOne} autocomplete="new-password" required />
      <Field label="The same again" type="password" value={two} onInput={setTwo} autocomplete="new-password" required />
      <Notice>The old one stops working at once.</Notice>
    </Dialog>
  );
}
