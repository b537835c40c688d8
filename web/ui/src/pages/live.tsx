// What a point does now: rates, packets, losses, script commands.

import { useState } from "preact/hooks";
import { get, ofPoint, post, reason } from "../api";
import { bitRate, bytes, count, duration, position } from "../format";
import { Badge, Button, Card, Facts, Notice, Read, Time } from "../parts/basic";
import { RateChart } from "../parts/chart";
import { Field } from "../parts/form";
import { Table } from "../parts/table";
import { PacketTimeline } from "../parts/timeline";
import type { Point, SentCommand, Statistics } from "../schema";
import { useLoad } from "../use";

export const LivePart = ({ point, again }: { point: Point; again: () => void }) =>
  point.kind === "redirect" ? <Elsewhere to={point.definition?.redirect ?? ""} /> : <Here point={point} again={again} />;

const Elsewhere = ({ to }: { to: string }) => (
  <Card title="On another server">
    <p>Who asks for this point is sent to <a href={to} class="mono break" rel="noreferrer">{to}</a>. Nothing of it passes through this server.</p>
  </Card>
);

function Here({ point, again }: { point: Point; again: () => void }) {
  const statistics = useLoad((signal) => get<Statistics>(ofPoint(point.name, "statistics"), signal), [point.name], 1000);
  const broadcast = point.kind === "broadcast";
  return (
    <div class="stack wide">
      <State point={point} again={again} />
      <Read from={statistics} lines={10}>
        {(s) => (
          <>
            <Card title="Bit rate, last 5 minutes"><RateChart of={s} /></Card>
            {broadcast && <Card title="Latest packets, by send time"><PacketTimeline packets={s.packets} /></Card>}
            <Card title="Losses of the players here now">
              <Facts figures list={[
                ["Lost on the way", count(s.losses.lost)],
                ["Skipped, too slow", count(s.losses.skipped)],
                ["Sent late", count(s.losses.late)],
              ]} />
            </Card>
            {(broadcast || point.list) && <Commands point={point} sent={s.script_commands} again={statistics.again} />}
          </>
        )}
      </Read>
    </div>
  );
}

const phases = { connecting: "warn", streaming: "good", waiting: "warn", stopped: "" } as const;

/** What feeds it, what plays, and whether something stands in. */
function State({ point, again }: { point: Point; again: () => void }) {
  const { now, source: s } = point;
  const skips = now !== undefined && !now.live && point.list === true;
  if (!now && !s && !point.archiving && !point.multicast) return null;
  return (
    <div class="columns">
      {(s || point.multicast || point.archiving) && (
        <Card title="Source" aside={s && <Badge tone={phases[s.phase]}>{s.phase}</Badge>}>
          <Facts list={[
            ...(s ? ([
              ["From", s.from && <code>{s.from}</code>],
              ["Since", <Time at={s.since} />],
              ["Brought", `${bytes(s.bytes)}, ${count(s.packets)} packets, now ${bitRate(s.bit_rate)}`],
              ["Starts", `${count(s.starts)}${s.tries > 1 ? `, ${count(s.tries)} tries since it last worked` : ""}`],
              ["Next try", s.retry_in_seconds ? `in ${duration(s.retry_in_seconds)}` : ""],
              ["Note", s.note],
              ["Last error", s.last_error],
            ] as [string, string][]) : []),
            ["Multicast", point.multicast ? "sent to a group" : ""],
            ["Archive", point.archiving ? "being written" : ""],
          ]} />
        </Card>
      )}
      {now && (
        <Card title="Plays now" aside={now.fallback ? <Badge tone="warn">fallback</Badge> : now.inserted ? <Badge>inserted</Badge> : undefined}>
          <Facts list={[
            ["Name", now.name],
            ["Item", count(now.number)],
            ["Role", now.role],
            ["Since", <Time at={now.since} />],
            ["Lasts", now.duration_seconds ? duration(now.duration_seconds) : ""],
            ["", now.fallback ? "The source brings nothing: the fallback plays." : ""],
          ]} />
          {skips && <Skips point={point} again={again} />}
        </Card>
      )}
    </div>
  );
}

function Skips({ point, again }: { point: Point; again: () => void }) {
  const [wrong, setWrong] = useState("");
  const skip = async (way: "skip" | "back") => {
    setWrong("");
    try {
      await post(ofPoint(point.name, way), { body: { by: 1 } });
    } catch (e) {
      setWrong(reason(e));
    }
    again();
  };
  return (
    <>
      <div class="row">
        <Button onClick={() => skip("back")}>Back</Button>
        <Button onClick={() => skip("skip")}>Skip</Button>
      </div>
      {wrong && <Notice tone="bad">{wrong}</Notice>}
    </>
  );
}

const commandTypes = ["URL", "TEXT", "CAPTION", "FILENAME", "EVENT", "OPENEVENT"];

function Commands({ point, sent, again }: { point: Point; sent: SentCommand[]; again: () => void }) {
  const [type, setType] = useState("URL");
  const [param, setParam] = useState("");
  const [told, setTold] = useState<{ tone: "good" | "bad"; text: string }>();
  const send = async () => {
    try {
      await post(ofPoint(point.name, "event"), { body: { type, param } });
      setTold({ tone: "good", text: `${type} went out.` });
      setParam("");
      again();
    } catch (e) {
      setTold({ tone: "bad", text: reason(e) });
    }
  };
  return (
    <Card title="Script commands">
      <form class="filters" onSubmit={(e) => { e.preventDefault(); void send(); }}>
        <Field label="Type" value={type} onInput={setType} suggestions={commandTypes} required />
        <Field label="Parameter" value={param} onInput={setParam} />
        <Button type="submit">Send to players</Button>
      </form>
      {told && <Notice tone={told.tone}>{told.text}</Notice>}
      {sent.length === 0 ? <p class="quiet">None went out yet.</p> : (
        <Table label="Script commands that went out" rows={[...sent].reverse()} id={(c) => `${c.time ?? ""} ${c.send_ms ?? ""} ${c.type} ${c.param}`}
          columns={[
            { name: "At", cell: (c) => c.time ? <Time at={c.time} /> : c.send_ms === undefined ? "–" : <span class="number">{position(c.send_ms / 1000)}</span> },
            { name: "Type", cell: (c) => c.type },
            { name: "Parameter", cell: (c) => <span class="break">{c.param}</span> },
          ]} />
      )}
    </Card>
  );
}
