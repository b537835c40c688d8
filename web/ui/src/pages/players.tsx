// Who plays what now.

import { useState } from "preact/hooks";
import { remove } from "../api";
import { bytes, count, duration, many, pointName } from "../format";
import { Badge, Button, Card, Empty, Head, Name, Read, Time } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/form";
import { Pager, usePages } from "../parts/pager";
import { Table } from "../parts/table";
import { toPoint } from "../route";
import type { Player, PlayerList } from "../schema";
import { useSoon, useStream } from "../use";

const protocols = ["http", "http-plain", "rtsp", "mms", "msbd", "preview"];

export function PlayersPage() {
  const [point, setPoint] = useState("");
  const [protocol, setProtocol] = useState("");
  const [account, setAccount] = useState("");
  return (
    <div class="page">
      <Head title="Players now" />
      <Card>
        <div class="filters">
          <Field label="Point" type="search" value={point} onInput={setPoint} hint="The whole name; / is the root" />
          <Field label="Protocol" value={protocol} onInput={setProtocol} choices={[["", "All"], ...protocols.map((p) => [p, p] as const)]} />
          <Field label="Account" type="search" value={account} onInput={setAccount} hint="The whole name" />
        </div>
        <Players filter={{ point, protocol, account }} />
      </Card>
    </div>
  );
}

/** The players that a filter lets through, and a way to end one. */
export function Players({ filter, hidePoint }: { filter: Record<string, string>; hidePoint?: boolean }) {
  const [ended, setEnded] = useState<Player>();
  const players = usePages<PlayerList>("/api/players", filter, 3000);
  const soon = useSoon(players.again, 500); // when hundreds come at once
  useStream("/api/events?type=connected,disconnected", ["connected", "disconnected"], soon);
  return (
    <>
      <Read from={players}>
        {(list) => list.players.length === 0 ? (
          <Empty title={players.number > 1 ? "Nobody is playing any more on this page" : "Nobody is playing"}>
            <p>Players appear here as soon as they connect.</p>
          </Empty>
        ) : (
          <PlayerTable players={list.players} {...(hidePoint ? { hidePoint } : {})} onEnd={setEnded} />
        )}
      </Read>
      <Pager of={players} />
      {ended && (
        <Dialog title="End this player?" does="End" danger onClose={() => { setEnded(undefined); players.again(); }}
          onDo={() => remove(`/api/players/${ended.id}`)}>
          <p class="break">{ended.agent || "A player"} at {ended.address} is told that the stream is over, as {ended.protocol} says it.</p>
        </Dialog>
      )}
    </>
  );
}

function PlayerTable({ players, hidePoint, onEnd }: { players: Player[]; hidePoint?: boolean; onEnd: (p: Player) => void }) {
  const troubles = (p: Player) =>
    [p.lost && many(p.lost, "packet lost", "packets lost"), p.skipped && `${count(p.skipped)} skipped`, p.late && `${count(p.late)} late`]
      .filter(Boolean).join(", ") || "none";
  return (
    <Table label="Players" rows={players} id={(p) => p.id}
      columns={[
        { name: "Player", cell: (p) => <><Name>{p.agent || "no name"}</Name><div class="small quiet break">{p.account && <><Name>{p.account}</Name>, </>}{p.address}{p.via && ` through ${p.via}`}</div></> },
        ...(hidePoint ? [] : [{ name: "Point", cell: (p: Player) => p.point === undefined ? <Name>{p.target}</Name> : <a href={toPoint(p.point)}><Name>{pointName(p.point)}</Name></a> }]),
        { name: "Protocol", cell: (p) => <>{p.protocol} <Badge tone={p.state === "streaming" ? "good" : ""}>{p.state}</Badge></> },
        { name: "Since", cell: (p) => <><Time at={p.started} /><div class="small quiet">{duration((Date.now() - Date.parse(p.started)) / 1000)}</div></> },
        { name: "Sent", kind: "right", cell: (p) => <span class="number" title={many(p.packets, "packet")}>{bytes(p.bytes)}</span> },
        { name: "Trouble", cell: (p) => <span class="small">{troubles(p)}</span> },
        { name: "Orders", kind: "end", cell: (p) => <Button label={`End the player at ${p.address}`} onClick={() => onEnd(p)}>End</Button> },
      ]} />
  );
}
