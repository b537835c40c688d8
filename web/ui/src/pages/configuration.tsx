// What the server is set to, where each key comes from, and trying another text.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Failure, get, post, query, reason } from "../api";
import { many } from "../format";
import { Badge, Button, Card, Empty, Head, Notice, Read, type Tone } from "../parts/basic";
import { Check, Field } from "../parts/form";
import { Table } from "../parts/table";
import type { Configuration, ConfigurationCheck, ConfigurationDiff, ConfigurationKey, Mistake } from "../schema";
import { useLoad } from "../use";

export function ConfigurationPage() {
  const configuration = useLoad(everyKey, []);
  const [report, setReport] = useState<ComponentChildren>();
  const reload = async () => {
    setReport(undefined);
    try {
      setReport(<Changes of={await post<ConfigurationDiff>("/api/configuration/reload")} done />);
    } catch (e) {
      setReport(<Refused why={e} />);
    }
    configuration.again();
  };
  return (
    <div class="page">
      <Head title="Configuration">
        <a class="button" href="/api/configuration/points.yaml" download="points.yaml">Export points</a>
        <Button kind="first" onClick={reload}>Reload the file</Button>
      </Head>
      {report}
      <Read from={configuration} lines={8}>{(c) => <Keys of={c} />}</Read>
      <Trial />
    </div>
  );
}

/** Reads all pages of the keys: a filter is for all of them. */
async function everyKey(signal: AbortSignal): Promise<Configuration> {
  let all: Configuration | undefined;
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const page: Configuration = await get<Configuration>("/api/configuration" + query({ limit: 1000, cursor }), signal);
    all = all ? { ...all, keys: [...all.keys, ...page.keys] } : page;
    cursor = page.next_cursor;
  }
  return all!;
}

/** Says why a reload changed nothing, with the lines that are wrong. */
const Refused = ({ why }: { why: unknown }) => {
  const mistakes = why instanceof Failure ? (why.problem.problems ?? []) : [];
  if (mistakes.length === 0) return <Notice tone="bad">{reason(why)}</Notice>;
  return (
    <Card title="The file is wrong: all stays as it was">
      <MistakeList of={mistakes} />
    </Card>
  );
};

const originTones: Record<ConfigurationKey["origin"], Tone> = { default: "", file: "good", flag: "warn", state: "warn" };

function Keys({ of }: { of: Configuration }) {
  const [text, setText] = useState("");
  const [mine, setMine] = useState(true);
  const rows = of.keys.filter((k) => (!mine || k.origin !== "default") && (k.key + " " + k.value).toLowerCase().includes(text.toLowerCase()));
  return (
    <Card title="In force">
      <p class="quiet break">
        {of.file ? <>File: <code>{of.file}</code>. </> : "There is no configuration file: all is as it comes. "}
        {of.state ? <>What is changed here is kept in <code>{of.state}</code>.</> : "What is changed here is forgotten at the end."}
      </p>
      <div class="filters">
        <Field label="Key or value" type="search" value={text} onInput={setText} />
        <Check label="Only what is not the default" value={mine} onInput={setMine} />
      </div>
      {rows.length === 0 ? (
        <Empty title={mine && !text ? "Everything is the default" : "No key is like that"} />
      ) : (
        <Table label="Keys" rows={rows} id={(k) => k.key}
          columns={[
            { name: "Key", cell: (k) => <code class="break">{k.key}</code> },
            { name: "Value", cell: (k) => <code class="break">{k.value || "\"\""}</code> },
            { name: "From", cell: (k) => <><Badge tone={originTones[k.origin]}>{k.origin}</Badge>{k.where && <div class="small quiet break">{k.where}</div>}</> },
          ]} />
      )}
    </Card>
  );
}

function Trial() {
  const [yaml, setYAML] = useState("");
  const [answer, setAnswer] = useState<ComponentChildren>();
  const ask = async (what: "check" | "diff") => {
    try {
      if (what === "check") setAnswer(<Mistakes of={await post<ConfigurationCheck>("/api/configuration/check", { yaml })} />);
      else setAnswer(<Changes of={await post<ConfigurationDiff>("/api/configuration/diff", { yaml })} />);
    } catch (e) {
      setAnswer(<Notice tone="bad">{reason(e)}</Notice>);
    }
  };
  return (
    <Card title="Try a text">
      <Field label="Configuration" lines value={yaml} onInput={setYAML} hint="YAML, as in the file. Nothing changes." />
      <div class="row">
        <Button onClick={() => ask("check")} disabled={!yaml}>Check</Button>
        <Button onClick={() => ask("diff")} disabled={!yaml}>What would change</Button>
      </div>
      {answer}
    </Card>
  );
}

const Mistakes = ({ of }: { of: ConfigurationCheck }) =>
  of.ok ? <Notice tone="good">Nothing is wrong with it.</Notice> : <MistakeList of={of.problems} />;

export const MistakeList = ({ of }: { of: Mistake[] }) => (
  <Notice tone="bad">
    <ul>
      {of.map((m, i) => <li key={i}>{m.line ? `Line ${m.line}: ` : ""}{m.key && <code>{m.key}</code>} {m.text}</li>)}
    </ul>
  </Notice>
);

const effects = {
  live: ["at once", "good"],
  point: ["starts the point anew", "warn"],
  server: ["with a restart of the server", "bad"],
} as const;

/** What a reload has done, or would do: what is so already, and what waits for a restart. */
function Changes({ of, done }: { of: ConfigurationDiff; done?: boolean }) {
  if (of.changes.length === 0) return <Notice tone={done ? "good" : ""}>{done ? "The file has been read: nothing in it has changed." : "Nothing would change."}</Notice>;
  const waiting = of.changes.filter((c) => c.effect === "server").length;
  const now = of.changes.length - waiting;
  return (
    <Card title={done ? `The file has been read: ${many(of.changes.length, "key has", "keys have")} changed` : "What would change"}>
      {now > 0 && <Notice tone="good">{many(now, "change")} {done ? (now === 1 ? "holds" : "hold") : "would hold"} at once, without an end for who plays what has not changed.</Notice>}
      {waiting > 0 && <Notice tone="warn">{many(waiting, "change")} {waiting === 1 ? "wants" : "want"} a restart of the server.</Notice>}
      <Table label="Changes" rows={of.changes} id={(c) => c.key}
        columns={[
          { name: "Key", cell: (c) => <code class="break">{c.key}</code> },
          { name: "Before", cell: (c) => <code class="break">{c.before ?? "–"}</code> },
          { name: "After", cell: (c) => <code class="break">{c.after ?? "–"}</code> },
          { name: "Takes effect", cell: (c) => <Badge tone={effects[c.effect][1]}>{effects[c.effect][0]}</Badge> },
        ]} />
    </Card>
  );
}
