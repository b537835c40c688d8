// The latest packets of a broadcast, by their send times.

import { useEffect, useRef } from "preact/hooks";
import { bytes, count, position } from "../format";
import type { Packet } from "../schema";
import { useColours } from "../use";
import { colour } from "./chart";

const foot = 14; // pixels below the bars, for marks of clean points

function draw(canvas: HTMLCanvasElement, packets: Packet[]) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const g = canvas.getContext("2d");
  const first = packets[0]?.send_ms;
  const last = packets.at(-1)?.send_ms;
  if (!g || first === undefined || last === undefined) return;
  g.scale(ratio, ratio);
  const largest = Math.max(...packets.map((p) => p.size), 1);
  const room = height - foot;
  const bar = Math.max(1, Math.min(6, (width / packets.length) * 0.7));
  const [full, padding, clean, lost] = [colour("accent"), colour("line"), colour("good"), colour("bad")];
  for (const p of packets) {
    const x = ((p.send_ms - first) / Math.max(1, last - first)) * (width - bar);
    const all = (p.size / largest) * room;
    const used = ((p.size - p.padding) / largest) * room;
    g.fillStyle = padding;
    g.fillRect(x, room - all, bar, all - used);
    g.fillStyle = full;
    g.fillRect(x, room - used, bar, used);
    if (p.lost_before) {
      g.fillStyle = lost;
      g.fillRect(x - 1, 0, 2, height);
    }
    if (p.clean) {
      g.fillStyle = clean;
      g.fillRect(x, room + 4, Math.max(3, bar), foot - 6);
    }
  }
}

export function PacketTimeline({ packets }: { packets: Packet[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  useEffect(() => {
    const c = canvas.current;
    if (!c) return undefined; // no packet has come
    draw(c, packets);
    const watch = new ResizeObserver(() => draw(c, packets));
    watch.observe(c);
    return () => watch.disconnect();
  }, [packets, colours]);
  const [first, last] = [packets[0], packets.at(-1)];
  if (!first || !last) return <p class="quiet">No packet has come yet.</p>;
  const lost = packets.reduce((n, p) => n + (p.lost_before ?? 0), 0);
  const carried = packets.reduce((n, p) => n + p.size, 0);
  const padding = packets.reduce((n, p) => n + p.padding, 0);
  const text = `${count(packets.length)} packets, ${count(first.number)} to ${count(last.number)}, ${bytes(carried)}`;
  const part = `${((padding / carried) * 100).toFixed(1)} % padding`;
  return (
    <figure class="stack">
      <canvas class="timeline" ref={canvas} role="img" aria-label={`${text}, ${part}, ${lost} lost`} />
      <figcaption class="spread small quiet">
        <span class="number">{position(first.send_ms / 1000)}</span>
        <span class="number">{position(last.send_ms / 1000)}</span>
      </figcaption>
      <div class="legend">
        <span><i style={{ background: "var(--accent)" }} />data</span>
        <span><i style={{ background: "var(--line)" }} />padding</span>
        <span><i style={{ background: "var(--good)" }} />decoding can start</span>
        <span><i style={{ background: "var(--bad)" }} />lost before</span>
      </div>
      <p class="small quiet">{text}, {part}, {many0(lost)}.</p>
    </figure>
  );
}

const many0 = (lost: number) => (lost === 0 ? "none lost" : `${count(lost)} lost`);
