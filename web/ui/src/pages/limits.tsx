// What the server allows, and how much of it is used.

import { get } from "../api";
import { bitRate, bytes, count } from "../format";
import { Card, Empty, Head, Read } from "../parts/basic";
import { Table } from "../parts/table";
import type { Limits } from "../schema";
import { useLoad } from "../use";

type Limit = Limits["limits"][number];

function figure(n: number, unit = ""): string {
  switch (unit) {
    case "bits_per_second":
      return bitRate(n);
    case "bytes":
      return bytes(n);
  }
  return `${count(n)} ${unit.replaceAll("_", " ")}`.trim();
}

function Meter({ limit }: { limit: Limit }) {
  if (limit.used === undefined || limit.limit === 0) return <>–</>;
  const part = Math.min(1, limit.used / limit.limit);
  return (
    <span class={`meter ${part > 0.9 ? "full" : ""}`} role="meter" aria-label={limit.key} aria-valuenow={limit.used} aria-valuemin={0} aria-valuemax={limit.limit}>
      <i style={{ width: `${part * 100}%` }} />
    </span>
  );
}

export function LimitsPage() {
  const limits = useLoad((signal) => get<Limits>("/api/limits", signal), [], 5000);
  return (
    <div class="page">
      <Head title="Limits" />
      <Card>
        <p class="quiet">Limits are set in the configuration; 0 is none. A point can have its own under <code>limits</code> in its definition.</p>
        <Read from={limits}>
          {(l) => l.limits.length === 0 ? <Empty title="Nothing is limited" /> : (
            <Table label="Limits" rows={l.limits} id={(r) => r.key}
              columns={[
                { name: "Key", cell: (r) => <code class="break">{r.key}</code> },
                { name: "Used", kind: "right", cell: (r) => <span class="number">{r.used === undefined ? "–" : figure(r.used, r.unit)}</span> },
                { name: "Limit", kind: "right", cell: (r) => <span class="number">{r.limit === 0 ? "none" : figure(r.limit, r.unit)}</span> },
                { name: "Part", cell: (r) => <Meter limit={r} /> },
              ]} />
          )}
        </Read>
      </Card>
    </div>
  );
}
