// The latest of the operator's log, and what comes.

import { useEffect, useState } from "preact/hooks";
import { get, query, reason } from "../api";
import { Badge, Button, Card, Empty, Head, Loading, Notice, Time, type Tone } from "../parts/basic";
import { Check, Field } from "../parts/form";
import type { LogEntries, LogEntry } from "../schema";
import { useStream } from "../use";

const shown = 500; // entries; the oldest go

const tones: Record<LogEntry["level"], Tone> = { debug: "", info: "", warn: "warn", error: "bad" };

const levels = [["", "All"], ["info", "Info and worse"], ["warn", "Warnings and errors"], ["error", "Errors"]] as const;

/** Adds entries to others; each number comes once, the newest first. */
function merge(have: LogEntry[], come: LogEntry[]): LogEntry[] {
  const all = new Map(have.map((e) => [e.number, e]));
  for (const e of come) all.set(e.number, e);
  return [...all.values()].sort((a, b) => b.number - a.number).slice(0, shown);
}

export function LogPage() {
  const [level, setLevel] = useState("");
  const [q, setQ] = useState("");
  const [point, setPoint] = useState("");
  const [follow, setFollow] = useState(true);
  return (
    <div class="page">
      <Head title="Log" />
      <Card>
        <div class="filters">
          <Field label="Level" value={level} onInput={setLevel} choices={levels} />
          <Field label="Text" type="search" value={q} onInput={setQ} />
          <Field label="Point" type="search" value={point} onInput={setPoint} />
          <Check label="Follow" value={follow} onInput={setFollow} />
        </div>
        <Tail filter={query({ level, q, point })} follow={follow} />
      </Card>
    </div>
  );
}

function Tail({ filter, follow }: { filter: string; follow: boolean }) {
  const [entries, setEntries] = useState<LogEntry[]>();
  const [wrong, setWrong] = useState("");
  const [turn, setTurn] = useState(0);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    setEntries(undefined);
    setWrong("");
    const path = "/api/log" + (filter ? `${filter}&` : "?") + "limit=200";
    get<LogEntries>(path, abort.signal).then(
      (got) => setEntries((have) => merge(have ?? [], got.entries)),
      (e) => !abort.signal.aborted && setWrong(reason(e)),
    );
    return () => abort.abort();
  }, [filter, turn]);
  const open = useStream(follow ? "/api/log/stream" + filter : "", ["log", "lost"], (type, data) => {
    if (type === "lost") setLost(true);
    else setEntries((have) => merge(have ?? [], [JSON.parse(data) as LogEntry]));
  });
  const again = () => {
    setLost(false);
    setTurn(turn + 1);
  };
  if (wrong) return <Notice tone="bad">{wrong} <Button onClick={again}>Try again</Button></Notice>;
  if (!entries) return <Loading lines={8} />;
  return (
    <div class="stack">
      {lost && <Notice tone="warn" onClose={again}>Entries came faster than they could be shown: some are missing here.</Notice>}
      <p class="small quiet" role="status">{!follow ? "Not followed." : open ? "New entries appear on top." : "Connecting …"}</p>
      {entries.length === 0 ? <Empty title="Nothing was logged that is like that" /> : (
        <ol class="log" aria-label="Entries, the newest first">
          {entries.map((e) => (
            <li key={e.number}>
              <Time at={e.time} />
              <Badge tone={tones[e.level]}>{e.level}</Badge>
              <span>{e.message} <span class="quiet">{Object.entries(e.attributes).map(([k, v]) => `${k}=${v}`).join(" ")}</span></span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
