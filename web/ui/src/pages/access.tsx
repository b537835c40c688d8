// Who may play a point, and how much.

import { useState } from "preact/hooks";
import { Failure, get, ofPoint, put, query, reason } from "../api";
import { Button, Card, Empty, Notice } from "../parts/basic";
import { Check, Field } from "../parts/form";
import { type Rules, rulesOf, type Say, schemes, type Who, withRules } from "../rules";
import type { Configuration, Mistake, Point, PointDefinition } from "../schema";
import { useLoad } from "../use";
import { MistakeList } from "./configuration";

export function AccessPart({ point, again }: { point: Point; again: (now?: Point) => void }) {
  const [turn, setTurn] = useState(0);
  if (!point.definition) return <Empty title="This point has the server's rules"><p>An encoder has made it, or it is the sample film.</p></Empty>;
  return <Editor key={turn} point={point} definition={point.definition} saved={turn > 0} onSaved={(now) => { setTurn(turn + 1); again(now); }} />;
}

interface EditorProps {
  point: Point;
  definition: PointDefinition;
  saved: boolean;
  onSaved: (now: Point) => void;
}

/** It keeps what it began with, and the ETag of that, while the point is read again. */
function Editor({ point, definition, saved, onSaved }: EditorProps) {
  const [etag] = useState(point.etag);
  const [before] = useState(definition);
  const [rules, setRules] = useState(() => rulesOf(definition));
  const [touched, setTouched] = useState(false);
  const [wrong, setWrong] = useState("");
  const [mistakes, setMistakes] = useState<Mistake[]>([]);
  const set = (change: Partial<Rules>) => {
    setTouched(true);
    setRules((r) => ({ ...r, ...change }));
  };
  const save = async () => {
    setWrong("");
    setMistakes([]);
    try {
      onSaved(await put<Point>(ofPoint(point.name), { etag, body: withRules(before, rules) }));
    } catch (e) {
      setWrong(e instanceof Failure && e.status === 412 ? "Somebody else has changed it meanwhile. Leave this page and come back to see how it is now." : reason(e));
      setMistakes(e instanceof Failure ? (e.problem.problems ?? []) : []);
    }
  };
  return (
    <form class="stack wide" onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Access rules={rules} set={set} />
      <PointLimits rules={rules} set={set} />
      {wrong && <Notice tone="bad">{wrong}</Notice>}
      {mistakes.length > 0 && <MistakeList of={mistakes} />}
      {saved && !touched && <Notice tone="good">Saved. It holds already.</Notice>}
      <div class="row">
        <Button type="submit" kind="first">Save</Button>
        <span class="small quiet">It holds for who comes from then on. Nobody who plays is sent away, and nothing starts anew.</span>
      </div>
    </form>
  );
}

interface PartProps {
  rules: Rules;
  set: (change: Partial<Rules>) => void;
}

function Access({ rules, set }: PartProps) {
  const usual = useLoad((signal) => get<Configuration>("/api/configuration" + query({ limit: 1000 }), signal), []);
  const said = (key: string) => usual.value?.keys.find((k) => k.key === key)?.value ?? "";
  return (
    <Card title="Access">
      <div class="columns">
        <WhoField label="Who may play" of={rules.play} usual={said("access.play")} onInput={(play) => set({ play })} />
        <WhoField label="Who may bring content" of={rules.publish} usual={said("access.publish")} onInput={(publish) => set({ publish })} />
        <Field label="Only from these addresses" lines short value={rules.allow} onInput={(allow) => set({ allow })} hint="One a line, such as 192.0.2.0/24; empty: from all" />
        <Field label="Not from these addresses" lines short value={rules.deny} onInput={(deny) => set({ deny })} hint="One a line; nobody from there gets in, whatever else is said" />
      </div>
      <fieldset class="stack">
        <legend class="label">How players prove who they are</legend>
        <div class="row">
          {schemes.map((s) => (
            <Check key={s} label={s} value={rules.schemes.includes(s)}
              onInput={(on) => set({ schemes: on ? [...rules.schemes, s] : rules.schemes.filter((one) => one !== s) })} />
          ))}
        </div>
        <span class="small quiet">None of them: as the server says{said("auth.schemes") && <> (<code>{said("auth.schemes")}</code>)</>}. It is asked only of those who have to.</span>
      </fieldset>
    </Card>
  );
}

const says: readonly (readonly [Say, string])[] = [["anyone", "Anybody"], ["some", "Only these"], ["nobody", "Nobody"]];

function WhoField({ label, of, usual, onInput }: { label: string; of: Who; usual: string; onInput: (w: Who) => void }) {
  return (
    <div class="stack">
      <Field label={label} value={of.say} onInput={(say) => onInput({ ...of, say: say as Say })}
        choices={[["usual", `As the server says${usual ? `: ${usual}` : ""}`], ...says]} />
      {of.say === "some" && (
        <Field label={`${label}: these`} lines short value={of.entries} onInput={(entries) => onInput({ ...of, entries })} required
          hint="One a line: accounts, user:ann, group:staff, address:192.0.2.0/24, local" />
      )}
    </div>
  );
}

const PointLimits = ({ rules, set }: PartProps) => (
  <Card title="Limits">
    <div class="columns">
      <Field label="Players" type="number" value={rules.players} onInput={(players) => set({ players })} hint="Empty or 0: as many as come" />
      <Field label="Bandwidth together" value={rules.bandwidth} onInput={(bandwidth) => set({ bandwidth })} hint="Bits a second: 50M; empty: no limit" />
      <Field label="Bandwidth of one player" value={rules.player_bandwidth} onInput={(player_bandwidth) => set({ player_bandwidth })} hint="1M; empty: no limit" />
      <Field label="How long a player may stay" value={rules.session_length} onInput={(session_length) => set({ session_length })} hint="2h; empty: no limit" />
    </div>
    <p class="small quiet">Those of the whole server hold besides.</p>
  </Card>
);
