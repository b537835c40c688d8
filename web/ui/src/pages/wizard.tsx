// Publishing something, a step at a time.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure, post, reason } from "../api";
import { blank, definitionOf, type Draft } from "../draft";
import { pointName } from "../format";
import { Button, Head, Notice } from "../parts/basic";
import { KindField, kinds, OptionFields, SourceFields } from "../parts/draft";
import { go, to, toPoint } from "../route";
import type { Mistake, Point } from "../schema";
import { MistakeList } from "./configuration";

const steps = ["What", "From where", "Name and options", "Publish"] as const;

export function WizardPage() {
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState<Draft>(blank);
  const [wrong, setWrong] = useState("");
  const [mistakes, setMistakes] = useState<Mistake[]>([]);
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useLayoutEffect(() => { // before anybody can type
    if (!first.current) title.current?.focus();
    first.current = false;
  }, [step]);
  const set = (change: Partial<Draft>) => setDraft((d) => ({ ...d, ...change }));
  const publish = async () => {
    setWrong("");
    setMistakes([]);
    try {
      const made = await post<Point>("/api/points", { body: { name: draft.name, definition: definitionOf(draft) } });
      go(toPoint(made.name));
    } catch (e) {
      setWrong(reason(e));
      setMistakes(e instanceof Failure ? (e.problem.problems ?? []) : []);
    }
  };
  const last = step === steps.length - 1;
  return (
    <div class="page">
      <nav aria-label="Way back"><a href={to("points")}>Points</a></nav>
      <Head title="Publish something" />
      <form class="card stack wide" onSubmit={(e) => { e.preventDefault(); if (last) void publish(); else setStep(step + 1); }}>
        <p class="small quiet">Step {step + 1} of {steps.length}</p>
        <h2 tabIndex={-1} ref={title}>{steps[step]}</h2>
        {step === 0 && <KindField of={draft} set={set} />}
        {step === 1 && <SourceFields of={draft} set={set} />}
        {step === 2 && <OptionFields of={draft} set={set} />}
        {last && <Review of={draft} />}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        {mistakes.length > 0 && <MistakeList of={mistakes} />}
        <div class="row">
          {step > 0 && <Button onClick={() => setStep(step - 1)}>Back</Button>}
          <Button type="submit" kind="first">{last ? "Publish" : "Next"}</Button>
        </div>
      </form>
    </div>
  );
}

function Review({ of }: { of: Draft }) {
  const definition = definitionOf(of, {});
  const shown = of.key ? { ...definition, broadcast: { ...definition.broadcast, key: "(as typed)" } } : definition;
  return (
    <div class="stack">
      <p><strong>{pointName(of.name)}</strong>: {kinds.find((k) => k.value === of.kind)?.name}</p>
      <pre class="card">{JSON.stringify(shown, null, 2)}</pre>
      <p class="small quiet">These are the keys of a point in the configuration. The configuration file stays as it is.</p>
    </div>
  );
}
