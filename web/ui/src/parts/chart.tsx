// The bit rate of the last minutes.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { bitRate, count } from "../format";
import type { Statistics } from "../schema";
import { useColours } from "../use";

/** The colour of a name in the style sheet, as a canvas takes it. */
export function colour(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const height = 220;

function axis(rest: uPlot.Axis): uPlot.Axis {
  return {
    stroke: colour("quiet"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
    font: "12px system-ui, sans-serif",
    ...rest,
  };
}

function options(width: number, until: () => number): uPlot.Options {
  const clock = (at: number) => new Date(at * 1000).toLocaleTimeString("en-GB");
  return {
    width,
    height,
    cursor: { drag: { x: false, y: false } },
    legend: { live: false, show: false },
    scales: { x: { range: (_u, min, max) => (max ? [Math.min(min, max - 60), max] : [until() - 60, until()]) }, y: { range: (_u, _min, max) => [0, Math.max(1000, (max || 0) * 1.1)] } },
    axes: [
      axis({ values: (_u, at) => at.map(clock), space: 90 }),
      axis({ values: (_u, rates) => rates.map((r) => bitRate(r)), size: 84 }),
    ],
    series: [
      {},
      { label: "In", stroke: colour("good"), width: 1.5, points: { show: false } },
      { label: "Out", stroke: colour("accent"), width: 1.5, points: { show: false } },
    ],
  };
}

/** The series that uPlot takes; a point that is no broadcast has nothing coming in. */
function series(s: Statistics): uPlot.AlignedData {
  const n = s.bit_rate_out.length;
  const until = new Date(s.until).getTime() / 1000;
  const x = Array.from({ length: n }, (_, i) => until - (n - 1 - i) * s.step_seconds);
  const blank = n - s.bit_rate_in.length;
  const into = x.map((_, i) => (i < blank ? null : (s.bit_rate_in[i - blank] ?? null)));
  return [x, into, s.bit_rate_out];
}

export function RateChart({ of }: { of: Statistics }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const latest = useRef(of);
  latest.current = of;
  const colours = useColours();
  useEffect(() => {
    const inside = box.current!;
    const u = new uPlot(options(inside.clientWidth, () => Date.parse(latest.current.until) / 1000), series(latest.current), inside);
    plot.current = u;
    const watch = new ResizeObserver(() => u.setSize({ width: inside.clientWidth, height }));
    watch.observe(inside);
    return () => {
      watch.disconnect();
      u.destroy();
    };
  }, [colours]);
  useEffect(() => plot.current?.setData(series(of)), [of]);
  const last = of.bit_rate_out.at(-1) ?? 0;
  const into = of.bit_rate_in.at(-1);
  const players = of.players.at(-1) ?? 0;
  const text = `${into === undefined ? "" : `In ${bitRate(into)}, `}out ${bitRate(last)} to ${count(players)} players`;
  return (
    <figure class="stack" data-until={of.until}>
      <div class="chart" ref={box} role="img" aria-label={`Bit rate of the last five minutes. Now: ${text}.`} />
      <figcaption class="legend">
        {into !== undefined && <span><i style={{ background: "var(--good)" }} />in {bitRate(into)}</span>}
        <span><i style={{ background: "var(--accent)" }} />out {bitRate(last)}</span>
        <span>{count(players)} playing</span>
      </figcaption>
    </figure>
  );
}
