// What is published.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { get, isStale, ofPoint, post, reason, remove } from "../api";
import { bytes, count, duration, pointName } from "../format";
import { Badge, Button, Card, Empty, Facts, Head, Name, Notice, Read, Time, type Tone } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/form";
import { Pager, usePages } from "../parts/pager";
import { Table } from "../parts/table";
import { to, toPoint } from "../route";
import type { Point, PointKind, PointList, PointState, Server } from "../schema";
import { useLoad } from "../use";

export const kindNames: Record<PointKind, string> = {
  "on-demand": "On demand",
  broadcast: "Broadcast",
  playlist: "Playlist",
  redirect: "Redirect",
  proxy: "Proxy",
};

const states: Record<PointState, [name: string, tone: Tone]> = {
  ready: ["Ready", "good"],
  live: ["Live", "good"],
  waiting: ["Waiting", "warn"],
  stopped: ["Stopped", ""],
  failed: ["Failed", "bad"],
};

export const StateBadge = ({ state }: { state: PointState }) => <Badge tone={states[state][1]}>{states[state][0]}</Badge>;

const origins: Record<Point["origin"], string> = {
  file: "configuration file",
  state: "made here",
  changed: "changed here",
  flag: "command line",
  encoder: "made by an encoder",
  sample: "sample film",
};

export function PointsPage() {
  const [text, setText] = useState("");
  const [kind, setKind] = useState("");
  const [wrong, setWrong] = useState("");
  const [removed, setRemoved] = useState<Point>();
  const points = usePages<PointList>("/api/points", { q: text, kind }, 5000);
  const order = async (p: Point, what: "start" | "stop") => {
    setWrong("");
    try {
      await post(ofPoint(p.name, what));
    } catch (e) {
      setWrong(reason(e));
    }
    points.again();
  };
  return (
    <div class="page">
      <Head title="Points"><a class="button first" href={to("new")}>Publish something</a></Head>
      <Overview />
      <Card>
        <div class="filters">
          <Field label="Name" type="search" value={text} onInput={setText} />
          <Field label="Kind" value={kind} onInput={setKind} choices={[["", "All"], ...Object.entries(kindNames)]} />
        </div>
        {wrong && <Notice tone="bad" onClose={() => setWrong("")}>{wrong}</Notice>}
        <Read from={points}>
          {(list) => <PointTable points={list.points} filtered={text + kind !== ""} onOrder={order} onRemove={setRemoved} />}
        </Read>
        <Pager of={points} />
      </Card>
      {removed && <Removal point={removed} onClose={() => { setRemoved(undefined); points.again(); }} />}
    </div>
  );
}

interface PointTableProps {
  points: Point[];
  filtered: boolean;
  onOrder: (p: Point, what: "start" | "stop") => Promise<void>;
  onRemove: (p: Point) => void;
}

function PointTable({ points, filtered, onOrder, onRemove }: PointTableProps) {
  if (points.length === 0) {
    return filtered ? (
      <Empty title="No point is like that"><p>Take back a filter to see more.</p></Empty>
    ) : (
      <Empty title="Nothing is published yet">
        <p>Publish a folder of films, a playlist, or a broadcast.</p>
        <a class="button first" href={to("new")}>Publish something</a>
      </Empty>
    );
  }
  return (
    <Table label="Publishing points" rows={points} id={(p) => p.name}
      columns={[
        { name: "Name", cell: (p) => <><a href={toPoint(p.name)}><Name>{pointName(p.name)}</Name></a>{p.error && <div class="small break">{p.error}</div>}</> },
        { name: "Kind", cell: (p) => <>{kindNames[p.kind]}{p.multicast && ", multicast"}<div class="small quiet">{origins[p.origin]}</div></> },
        { name: "State", cell: (p) => <StateBadge state={p.state} /> },
        { name: "Players", kind: "right", cell: (p) => <span class="number">{count(p.players)}</span> },
        {
          name: "Orders", kind: "end",
          cell: (p) => (
            <>
              {p.state === "stopped" ? (
                <Button label={`Start ${pointName(p.name)}`} onClick={() => onOrder(p, "start")}>Start</Button>
              ) : (
                <Button label={`Stop ${pointName(p.name)}`} onClick={() => onOrder(p, "stop")}>Stop</Button>
              )}
              <Button label={`Remove ${pointName(p.name)}`} onClick={() => onRemove(p)}>Remove</Button>
            </>
          ),
        },
      ]} />
  );
}

/** Asks before a point goes. */
export function Removal({ point, onClose, onDone }: { point: Point; onClose: () => void; onDone?: () => void }) {
  const [etag, setEtag] = useState(point.etag);
  const act = async () => {
    try {
      await remove(ofPoint(point.name), { etag });
    } catch (e) {
      if (isStale(e)) setEtag((await get<Point>(ofPoint(point.name))).etag);
      throw e;
    }
    onDone?.();
  };
  return (
    <Dialog title={`Remove ${pointName(point.name)}?`} does="Remove" danger onDo={act} onClose={onClose}>
      <p>
        {point.players > 0 ? `Its ${count(point.players)} players end. ` : "Nobody is playing it. "}
        Files on the disk stay as they are.
        {(point.origin === "file" || point.origin === "changed") && " The configuration file stays as it is; reset the point to have it again."}
      </p>
    </Dialog>
  );
}

/** How long before its end a certificate is worth a word, milliseconds: two weeks. */
const soon = 14 * 24 * 3600 * 1000;

function Overview() {
  const server = useLoad((signal) => get<Server>("/api/server", signal), [], 5000);
  const s = server.value;
  return (
    <section class="card stack" aria-label="The server">
      {server.error && <Notice tone="bad">{server.error}</Notice>}
      <Facts figures list={[
        ["Players now", s ? count(s.players.now) : "–"],
        ["Players so far", s ? count(s.players.total) : "–"],
        ["Up for", s ? duration(s.uptime_seconds) : "–"],
        ["Cache", s ? `${bytes(s.cache.used)} of ${bytes(s.cache.budget)}` : "–"],
        ["Version", s ? s.version : "–"],
      ]} />
      <details>
        <summary>Listeners</summary>
        {s && <Facts list={[
          ...s.listeners.map((l): [string, string] => [l.protocol + (l.point ? ` (${l.point})` : ""), `${l.address}, ${count(l.connections)} connections`]),
          ["Started", <Time at={s.started} />],
          ...(s.certificates ?? []).map((c): [string, ComponentChildren] => [`Certificate ${c.file}`, <>good until <Time at={c.not_after} /></>]),
        ]} />}
      </details>
      {s?.certificates?.filter((c) => Date.parse(c.not_after) - Date.now() < soon).map((c) => (
        <Notice key={c.file} tone="warn">The certificate <code class="break">{c.file}</code> expires at <Time at={c.not_after} />: put a new one in its place, and it is taken up within seconds.</Notice>
      ))}
      {s && !s.persistent && <Notice tone="warn">What is changed here is forgotten when the server ends: the configuration names no state file (<code>state:</code>).</Notice>}
    </section>
  );
}
