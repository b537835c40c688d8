// What the server allows, how much of it is used, and changing it.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { isStale, put } from "../api";
import { bitRate, count, duration, pointName } from "../format";
import { Badge, Button, Card, Empty, Head, Name, Notice, Read } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/form";
import { Pager, usePages } from "../parts/pager";
import { Table } from "../parts/table";
import { toPoint } from "../route";
import type { Limit, Limits } from "../schema";

const names: Record<string, string> = {
  "sessions.max": "Players, by the older name",
  "sessions.max_per_address": "Players, by the older name",
  "http.max_connections": "Connections of each protocol",
  "http.max_connections_per_address": "Connections of each protocol",
  players: "Players",
  bandwidth: "Bandwidth together",
  player_bandwidth: "Bandwidth of one player",
  session_length: "How long a player may stay",
  connection_rate: "New connections a second",
  connection_burst: "New connections at once",
  request_rate: "Requests a second of one connection",
  request_burst: "Requests at once of one connection",
};

const nameOf = (l: Limit) => names[l.key] ?? names[l.key.slice(l.key.lastIndexOf(".") + 1)] ?? l.key;

function figure(n: number, unit: Limit["unit"]): string {
  switch (unit) {
    case "bits_per_second":
      return bitRate(n);
    case "seconds":
      return duration(n);
    case "per_second":
      return `${n} a second`;
    case undefined:
      return count(n);
  }
  return `${count(n)} ${unit}`;
}

const hints: Record<string, string> = {
  bits_per_second: "Bits a second: 300k, 5M, 1.5G; 0 is no limit",
  seconds: "30m, 4h, 1h30m; 0 is no limit",
  per_second: "5, or 0.5 for one in two seconds; 0 is no limit",
  players: "A number; 0 is no limit",
};

const sections: readonly (readonly [title: string, about: string, prefixes: string[]])[] = [
  ["The whole server", "All players together.", []],
  ["Each address", "Used is what the address has that has most. A whole school may sit behind one.", ["limits.address.", "sessions.max_per_address", "http.max_connections_per_address"]],
  ["Each /64 of IPv6", "What one household has for itself.", ["limits.network."]],
  ["Each account", "Wherever it plays.", ["limits.account."]],
];

/** Those that go last: names from before limits, and what nobody changes here. */
const isOlder = (l: Limit) => !l.key.startsWith("limits.");

/** The number of the section that a limit of the server is in. */
const sectionOf = (l: Limit) => Math.max(0, sections.findIndex(([, , prefixes]) => prefixes.some((p) => l.key.startsWith(p))));

export function LimitsPage() {
  const limits = usePages<Limits>("/api/limits", {}, 5000);
  const [open, setOpen] = useState<Limit>();
  return (
    <div class="page">
      <Head title="Limits" />
      <p class="quiet">What is changed here holds at once, and nobody is sent away for it. The configuration file stays as it is.</p>
      <Read from={limits}>
        {(l) => (
          <>
            {sections.map(([title, about], i) => {
              const rows = l.limits.filter((r) => r.point === undefined && sectionOf(r) === i).sort((a, b) => +isOlder(a) - +isOlder(b));
              return rows.length > 0 && <Card key={title} title={title}><p class="small quiet">{about}</p><LimitTable label={title} rows={rows} onOpen={setOpen} /></Card>;
            })}
            <PointLimits rows={l.limits.filter((r) => r.point !== undefined)} />
            {open && <Change limit={open} etag={l.etag} again={limits.again} onClose={() => { setOpen(undefined); limits.again(); }} />}
          </>
        )}
      </Read>
      <Pager of={limits} />
    </div>
  );
}

const Value = ({ of }: { of: Limit }) => (
  <>
    <span class="number">{of.limit === 0 ? "none" : figure(of.limit, of.unit)}</span>
    {of.configured !== undefined && <div class="small quiet"><Badge tone="warn">changed</Badge> configuration: {of.configured === "0" ? "none" : of.configured}</div>}
  </>
);

function Used({ of }: { of: Limit }): ComponentChildren {
  if (of.used === undefined) return <span class="quiet">–</span>;
  const part = of.limit === 0 ? 0 : Math.min(1, of.used / of.limit);
  return (
    <>
      <span class="number">{figure(of.used, of.unit)}</span>
      {of.limit > 0 && (
        <span class={`meter ${part > 0.9 ? "full" : ""}`} role="meter" aria-label={`${nameOf(of)}, used`} aria-valuenow={of.used} aria-valuemin={0} aria-valuemax={of.limit}>
          <i style={{ width: `${part * 100}%` }} />
        </span>
      )}
    </>
  );
}

const LimitTable = ({ label, rows, onOpen }: { label: string; rows: Limit[]; onOpen: (l: Limit) => void }) => (
  <Table even label={label} rows={rows} id={(r) => r.key}
    columns={[
      { name: "Limit", cell: (r) => <>{nameOf(r)}<div class="small quiet break"><code>{r.key}</code></div></> },
      { name: "Used", cell: (r) => <Used of={r} /> },
      { name: "Allowed", cell: (r) => <Value of={r} /> },
      {
        name: "Orders", kind: "end",
        cell: (r) => r.changeable
          ? <Button label={`Change ${r.key}`} onClick={() => onOpen(r)}>Change</Button>
          : <span class="small quiet">with a restart</span>,
      },
    ]} />
);

const PointLimits = ({ rows }: { rows: Limit[] }) => (
  <Card title="Points">
    {rows.length === 0 ? <Empty title="No point has limits of its own"><p>They are set with a point, under Access and limits.</p></Empty> : (
      <Table even label="Points" rows={rows} id={(r) => `${r.point ?? ""} ${r.key}`}
        columns={[
          { name: "Point", cell: (r) => <a href={toPoint(r.point ?? "", "access")}><Name>{pointName(r.point ?? "")}</Name></a> },
          { name: "Limit", cell: (r) => nameOf(r) },
          { name: "Used", cell: (r) => <Used of={r} /> },
          { name: "Allowed", cell: (r) => <Value of={r} /> },
        ]} />
    )}
  </Card>
);

interface ChangeProps {
  limit: Limit;
  etag: string; // of what is there now
  again: () => void;
  onClose: () => void;
}

/** Asks for another value. It goes by what was shown when it was opened, until it was told that this has changed. */
function Change({ limit, etag, again, onClose }: ChangeProps) {
  const [value, setValue] = useState(limit.value);
  const [opened] = useState(etag);
  const told = useRef(false);
  const send = async (to: string | null) => {
    try {
      await put("/api/limits", { etag: told.current ? etag : opened, body: { limits: { [limit.key]: to } } });
    } catch (e) {
      if (isStale(e)) {
        told.current = true;
        again();
      }
      throw e;
    }
  };
  const was = limit.configured;
  return (
    <Dialog title={nameOf(limit)} does="Save" onDo={() => send(value)} onClose={onClose}
      other={was === undefined ? undefined : { does: `As in the configuration: ${was === "0" ? "none" : was}`, act: () => send(null) }}>
      <p class="small quiet break"><code>{limit.key}</code></p>
      <Field label="Allowed" value={value} onInput={setValue} required hint={hints[limit.unit ?? "players"]} />
      {limit.used !== undefined && <Notice>Used now: {figure(limit.used, limit.unit)}. Who is there stays, whatever is allowed from now on.</Notice>}
    </Dialog>
  );
}
