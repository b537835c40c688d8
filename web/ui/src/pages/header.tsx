// The ASF header, as "caracal probe" shows it.

import { get, ofPoint, query } from "../api";
import { bitRate, bytes, count, duration, many, position } from "../format";
import { Badge, Card, Facts, Notice, Read } from "../parts/basic";
import { ItemChoice, useItem } from "../parts/item";
import { Table } from "../parts/table";
import type { Header, HeaderObject, HeaderStream, Point } from "../schema";
import { useLoad } from "../use";

export function HeaderPart({ point }: { point: Point }) {
  const item = useItem(point);
  const header = useLoad((signal) => get<Header>(ofPoint(point.name, "header") + query({ item: item.chosen }), signal), [point.name, item.chosen]);
  return (
    <div class="stack wide">
      <ItemChoice of={item} />
      <Read from={header} lines={10}>{(h) => <Shown of={h} />}</Read>
    </div>
  );
}

function Shown({ of: h }: { of: Header }) {
  return (
    <>
      <Card title="File" aside={<span class="row">{h.seekable && <Badge>seekable</Badge>}{h.broadcast && <Badge>broadcast</Badge>}{h.protected && <Badge tone="warn">protected</Badge>}</span>}>
        <Facts list={[
          ["Name", h.name],
          ["Size", h.size_bytes ? bytes(h.size_bytes) : ""],
          ["Duration", h.duration_seconds ? duration(h.duration_seconds) : ""],
          ["Bit rate", bitRate(h.bit_rate)],
          [h.packets ? "Packets" : "Packet size", `${h.packets ? `${count(h.packets)} of ` : ""}${bytes(h.packet_size_bytes)}`],
          ["Preroll", `${count(h.preroll_ms)} ms`],
          ["Indexes", h.indexes.join(", ")],
        ]} />
        {h.issues.length > 0 && <Notice tone="warn">{h.issues.map((i, n) => <div key={n}>{Object.values(i).join(" ")}</div>)}</Notice>}
      </Card>
      <Card title="Streams">
        <Table label="Streams" rows={h.streams} id={(s) => s.number}
          columns={[
            { name: "Number", cell: (s) => <span class="number">{s.number}</span> },
            { name: "Kind", cell: (s) => s.kind },
            { name: "Codec", cell: (s) => <>{s.codec} <span class="quiet">{s.format}</span></> },
            { name: "Form", cell: form },
            { name: "Bit rate", kind: "right", cell: (s) => <span class="number">{bitRate(s.bit_rate)}</span> },
          ]} />
      </Card>
      {h.metadata.length > 0 && <Card title="Metadata"><Facts list={h.metadata.map((m) => [m.name + (m.stream ? ` (${m.stream})` : ""), m.value])} /></Card>}
      <Timed title="Markers" of={h.markers} />
      <Timed title="Script commands" of={h.script_commands} />
      <Card title="Objects"><div class="tree"><Objects of={h.objects} /></div></Card>
    </>
  );
}

function form(s: HeaderStream): string {
  const parts = [
    s.width && `${s.width} × ${s.height} pixels`,
    s.sample_rate && `${count(s.sample_rate)} Hz`,
    s.channels && many(s.channels, "channel"),
    s.bits_per_sample && `${s.bits_per_sample} bits`,
    s.language,
    s.encrypted && "encrypted",
  ];
  return parts.filter(Boolean).join(", ");
}

function Timed({ title, of }: { title: string; of: Header["markers"] }) {
  if (of.length === 0) return null;
  return (
    <Card title={title}>
      <Facts list={of.map((t) => [position(t.time_seconds), `${t.type ? `${t.type} ` : ""}${t.value}`])} />
    </Card>
  );
}

const Objects = ({ of }: { of: HeaderObject[] }) => (
  <ul>
    {of.map((o, i) => (
      <li key={i}>
        <span title={o.guid}>{o.name}</span> <span class="quiet number">{bytes(o.size_bytes)}</span>
        {o.objects && o.objects.length > 0 && <Objects of={o.objects} />}
      </li>
    ))}
  </ul>
);
